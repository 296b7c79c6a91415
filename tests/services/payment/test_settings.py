"""Settings that could not work end the service at the start, with the names of what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.contracts.tiers import TierTerms
from services.payment.settings import PaymentSettings

COMPLETE: dict[str, Any] = {
    "payment_provider": "lemon_squeezy",
    "payment_api_key": SecretStr("k"),
    "payment_store_id": "7",
    "payment_variants": {"starter": "11", "pro": "12", "studio": "13"},
    "webhook_secret": SecretStr("s"),
}


def test_lemon_squeezy_needs_all_of_it(shared_settings: dict[str, Any]) -> None:
    settings = PaymentSettings(**shared_settings, **COMPLETE)
    assert settings.variants == COMPLETE["payment_variants"]
    for name in COMPLETE.keys() - {"payment_provider"}:
        values = {key: value for key, value in COMPLETE.items() if key != name}
        with pytest.raises(ValidationError, match=f"PINGVAS_{name.upper()}"):
            PaymentSettings(**shared_settings, **values)
    without_pro = {**COMPLETE, "payment_variants": {"starter": "11", "studio": "13"}}
    with pytest.raises(ValidationError, match="PINGVAS_PAYMENT_VARIANTS"):
        PaymentSettings(**shared_settings, **without_pro)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiers": {"pro": TierTerms()}},
        {"payment_provider": "stripe"},
        {"payment_store_id": "1/../2"},
        {"payment_variants": {"pro": "../x"}},
        {"public_url": "javascript:alert(1)"},
        {"grace_days": -1},
    ],
)
def test_what_can_not_work_is_refused(
    shared_settings: dict[str, Any], wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        PaymentSettings(**shared_settings, **wrong)


def test_people_are_sent_to_the_platforms_address(shared_settings: dict[str, Any]) -> None:
    assert PaymentSettings(**shared_settings).address == shared_settings["token_issuer"]
    own = PaymentSettings(**shared_settings, public_url="https://pictures.example.com/")
    assert own.address == "https://pictures.example.com"
