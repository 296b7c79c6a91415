"""Each service is told what it reads, and no secret that is another's."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic_settings import BaseSettings

from pingvas_cli.bootstrap.local.administrators import _system_url
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import OWN_PARTS, service_settings
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.config.tiers import Tier, TiersSection
from services.contracts.tiers import TierTerms
from services.gallery.settings import GallerySettings
from services.generation.settings import GenerationSettings
from services.model.settings import ModelSettings
from services.payment.settings import PaymentSettings
from services.user.settings import UserSettings

PREFIX = "PINGVAS_"
SERVICES: dict[str, type[BaseSettings]] = {
    "user": UserSettings,
    "payment": PaymentSettings,
    "generation": GenerationSettings,
    "gallery": GallerySettings,
    "model": ModelSettings,
}


def told(ctx: LocalContext, service: str) -> set[str]:
    """The names of our variables that a service gets, alike in both environments."""
    dev, prod = ({*service_settings(ctx, each, service)} for each in ENVIRONMENTS)
    assert dev == prod
    return {name.removeprefix(PREFIX).lower() for name in dev if name.startswith(PREFIX)}


def test_every_service_has_its_parts() -> None:
    assert set(OWN_PARTS) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_what_it_reads_and_nothing_else(
    rendered: LocalContext, service: str
) -> None:
    fields = SERVICES[service].model_fields
    required = {name for name, field in fields.items() if field.is_required()}
    assert required <= told(rendered, service) <= set(fields)


def test_only_those_who_use_a_store_hold_its_keys(rendered: LocalContext) -> None:
    holders = {
        word: {service for service in SERVICES if any(word in n for n in told(rendered, service))}
        for word in ("object_store", "redis", "signing_key", "webhook", "mail", "listen")
    }
    assert holders == {
        "object_store": {"gallery"},
        "redis": {"generation", "model"},
        "signing_key": {"user"},
        "webhook": {"payment"},
        "mail": {"user"},
        "listen": {"generation"},
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_with_what_it_is_told(
    rendered: LocalContext, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in service_settings(rendered, "dev", service).items():
        monkeypatch.setenv(name, value)
    settings = SERVICES[service]()
    assert settings.model_dump()["port"] == rendered.ports[f"{service}_dev"]


def test_pictures_that_nobody_judged_stay_private_in_prod(rendered: LocalContext) -> None:
    told_prod, told_dev = (service_settings(rendered, e, "gallery") for e in ("prod", "dev"))
    assert told_prod["PINGVAS_SHARE_UNCHECKED"] == "false"
    assert told_dev["PINGVAS_SHARE_UNCHECKED"] == "true"


def test_the_tiers_of_the_configuration_reach_the_services(rendered: LocalContext) -> None:
    sold = Tier(weight=3, monthly_credits=7, monthly_price_usd=Decimal("12.50"), image_days=9)
    tiers = TiersSection(starter=sold)
    configuration = rendered.configuration.model_copy(update={"tiers": tiers})
    ctx = replace(rendered, configuration=configuration)
    for service in ("payment", "generation", "gallery"):
        found = json.loads(service_settings(ctx, "prod", service)["PINGVAS_TIERS"])
        assert list(found) == ["free", "starter", "pro", "studio"]
        terms = TierTerms.model_validate(found["starter"])
        assert terms.model_dump() == sold.model_dump()


def test_administrators_are_found_by_the_system_role(rendered: LocalContext) -> None:
    assert "pingvas_dev_system" in _system_url(rendered, "dev")
