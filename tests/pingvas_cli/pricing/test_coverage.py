"""Every type that the templates make is billed or declared free, and prices say who says so."""

from __future__ import annotations

import re
from datetime import date

from pingvas_cli.pricing.coverage import BILLED, BILLED_WITH, COVERED, FREE
from pingvas_cli.pricing.price import EVERYWHERE, UNITS, Kind
from pingvas_cli.pricing.prices import PRICES
from tests.architecture.tree import ROOT

RESOURCE = re.compile(r'^resource "([a-z0-9_]+)"', re.MULTILINE)
MADE = {
    kind
    for path in (ROOT / "templates" / "terraform").rglob("*.tf*")
    for kind in RESOURCE.findall(path.read_text(encoding="utf-8"))
}
DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def test_every_type_is_billed_or_declared_free() -> None:
    assert len(MADE) > 90
    assert sorted(MADE - COVERED) == []


def test_no_type_is_both() -> None:
    assert not BILLED & FREE
    assert not BILLED_WITH.keys() & (BILLED | FREE)
    assert set(BILLED_WITH.values()) <= BILLED


def test_nothing_is_declared_that_is_never_made() -> None:
    assert sorted(COVERED - MADE - {"terraform_data"}) == []


def test_every_price_has_a_source() -> None:
    for each in PRICES:
        assert each.usd > 0
        assert each.source.title
        assert each.source.url.startswith("https://") or not each.source.url
        assert not each.source.date or DATE.fullmatch(each.source.date)
        assert not each.source.date or date.fromisoformat(f"{each.source.date}-01"[:10])
        assert each.item.region in ("us-east-1", EVERYWHERE)


def test_no_price_is_there_twice() -> None:
    assert len({each.item for each in PRICES}) == len(PRICES)


def test_every_kind_has_a_unit() -> None:
    assert UNITS.keys() == set(Kind)
