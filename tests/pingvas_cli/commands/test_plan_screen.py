"""The screen of a plan: what a month costs and what quotas it needs, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from pingvas_cli.bootstrap.aws.approval import Proposal
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.places import places
from pingvas_cli.commands import plan_quotas
from pingvas_cli.commands.plan_screen import PlanScreen, screen_of, show
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.terraform_root import Action, ResourceChange
from pingvas_cli.pricing.estimate import estimate
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.session import GlobalOptions, Session
from pingvas_cli.ui import cells
from pingvas_cli.ui.modes import OutputFormat
from pingvas_cli.ui.output import serialized
from tests.fakes.quotas import NAMES, FakeQuotas
from tests.pingvas_cli.doctor.worlds import WORLD
from tests.pingvas_cli.pricing.plans import OLDEST_EKS, PLATFORM, Values, planned

GATEWAY = 'module.network.aws_nat_gateway.zonal["use1-az2"]'
ADDRESS = 'module.network.aws_eip.zonal_nat["use1-az2"]'
GPU_SPOT, GPU_ON_DEMAND = "L-3819A6DF", "L-DB2E81BA"


class ThisSession(Session):
    """A session whose platform is a configuration, in an account that a test describes."""

    configuration = Configuration()

    @property
    def aws(self) -> Any:
        context = SimpleNamespace(
            configuration=self.configuration, platform=Platform.plain(self.configuration)
        )
        return SimpleNamespace(context=context)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeQuotas:
    """The quotas of the account; plenty until a test takes some away."""
    found = FakeQuotas()
    monkeypatch.setattr(plan_quotas, "world_of", lambda _: replace(WORLD, quotas=found))
    return found


def proposal(before: Mapping[str, Values], after: Mapping[str, Values]) -> Proposal:
    """What would be approved."""
    found = [
        planned(each, before.get(each), after.get(each)) for each in sorted({**before, **after})
    ]
    changes = tuple(
        ResourceChange(
            each.address,
            each.module,
            each.type,
            Action.CREATE if each.before is None else Action.DELETE,
        )
        for each in found
        if (each.before is None) != (each.after is None)
    )
    configuration = ThisSession.configuration
    return Proposal(
        "d" * 64, changes, estimate(found, configuration, OLDEST_EKS), places(found, configuration)
    )


def screen(
    before: Mapping[str, Values],
    after: Mapping[str, Values],
    purpose: Purpose = Purpose.BOOTSTRAP,
    lang: str = "en",
) -> tuple[Session, PlanScreen]:
    session = ThisSession(GlobalOptions(lang=lang))
    return session, screen_of(session, purpose, proposal(before, after))


def told(
    capsys: pytest.CaptureFixture[str],
    before: Mapping[str, Values],
    after: Mapping[str, Values],
    purpose: Purpose = Purpose.BOOTSTRAP,
) -> str:
    """What a person sees, with single spaces."""
    show(*screen(before, after, purpose))
    return " ".join(capsys.readouterr().err.split())


def test_cost_before_and_after(account: FakeQuotas, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, PLATFORM, {**PLATFORM, GATEWAY: {}, ADDRESS: {}})
    after = estimate(
        [planned(e, v, v) for e, v in PLATFORM.items()], Configuration(), OLDEST_EKS
    ).after_usd
    now, then = f"{after:,.2f}", f"{after + Decimal('36.50'):,.2f}"
    assert f"A month costs {now} USD now and {then} USD then (+36.50, +2.2%)" in text
    assert "network 2 132.50 +36.50" in text
    assert "(unchanged) - - - - >" in text
    assert "NAT gateways 1,460 h" not in text  # 65.70: not among the five largest
    assert "USD over the budget of 1,500.00 USD" in text


def test_the_table_adds_up_to_the_total(account: FakeQuotas) -> None:
    _, found = screen({}, PLATFORM)
    cost: Any = found.record["cost"]
    assert sum(each["after"] for each in cost["modules"]) == cost["after"]
    assert sum(each["after"] or 0 for each in cost["lines"]) == cost["after"]
    assert cost["before"] + cost["change"] == cost["after"]


def test_within_the_budget(account: FakeQuotas, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, {}, {GATEWAY: {}, ADDRESS: {}})
    assert "The budget of 1,500.00 USD holds." in text
    assert "It is more" not in text


def test_prices_that_nobody_knows_are_named(
    account: FakeQuotas, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(capsys, {}, PLATFORM)
    assert "It is more: no price is known of" in text
    assert "KMS keys" in text
    assert "keys 1 ? ?" in text


def test_a_removal_costs_nothing_after(
    account: FakeQuotas, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(capsys, PLATFORM, {}, Purpose.DESTROY)
    assert "USD now and 0.00 USD then (-" in text
    assert "-100.0%" in text
    assert "vCPUs" not in text


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_fits_eighty_columns(
    account: FakeQuotas, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    show(*screen({}, PLATFORM, lang=lang))
    *lines, digest = capsys.readouterr().err.splitlines()
    assert "d" * 64 in digest
    assert max(map(cells.width, lines)) <= 80
    assert len(lines) < 45


def test_quotas_beside_what_the_account_has(
    account: FakeQuotas, capsys: pytest.CaptureFixture[str]
) -> None:
    account.values |= {GPU_SPOT: 0.0, GPU_ON_DEMAND: 8.0}
    text = told(capsys, {}, PLATFORM)
    assert "vCPUs of G and VT, spot us-east-1 100 0 failed" in text
    assert "vCPUs of G and VT, on-demand us-east-1 100 8 warning" in text
    assert "vCPUs of other nodes, spot us-east-1 32 1000 ok" in text
    assert "VPCs" not in text
    assert "NAT gateways 1, Elastic IP addresses 1, load balancers 1" in text


def test_quotas_of_an_account_that_can_not_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is needed is known without AWS: 10 x 4 + 5 x 8 + 5 x 4 vCPUs (correction P4)."""

    def denied(session: Session) -> World:
        raise PingvasError("aws.denied", what="GetServiceQuota", detail="no")

    monkeypatch.setattr(plan_quotas, "world_of", denied)
    _, found = screen({}, {GATEWAY: {}})
    needed = {each["code"]: (each["needed"], each["has"], each["state"]) for each in found.vcpus}
    assert needed.keys() == NAMES.keys()
    assert needed[GPU_SPOT] == (100, None, "unknown")


def test_programs_get_every_line_with_its_source(account: FakeQuotas) -> None:
    _, found = screen({}, PLATFORM)
    record = json.loads(serialized(found.record, OutputFormat.JSON))
    lines = {(each["item"], each["of"]): each for each in record["cost"]["lines"]}
    nat = lines["nat", ""]
    assert (nat["unit_price"], nat["quantity_after"], nat["after"]) == ("0.045", "730", "32.850")
    assert nat["source"]["date"] == "2024-07"
    assert nat["addresses"] == ['module.network.aws_nat_gateway.zonal["use1-az1"]']
    assert lines["kms_key", ""]["unit_price"] is None
    assert lines["kms_key", ""]["after"] is None
    assert record["cost"]["complete"] is False
    assert {each["type"]: each["needed"] for each in record["quotas"]}["aws_eip"] == 1
    assert record["digest"] == "d" * 64
