"""The tiers that programs fall back to are those of the configuration's reference."""

from pathlib import Path

import yaml

import pingvas_cli.config
from services.contracts.tiers import TIERS, Tier, TierTerms, terms_of

REFERENCE = Path(pingvas_cli.config.__file__).with_name("reference") / "tiers.yaml"


def test_the_terms_are_those_of_the_reference() -> None:
    written = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["tiers"]
    assert list(TIERS) == list(written) == list(Tier)
    assert all(set(terms) == set(TierTerms.model_fields) for terms in written.values())
    assert {name: TierTerms(**terms) for name, terms in written.items()} == TIERS


def test_an_unknown_tier_is_the_lowest() -> None:
    assert terms_of("unheard", TIERS) == TIERS["free"]
    assert terms_of("pro", TIERS).largest_side_pixels == 1_536
