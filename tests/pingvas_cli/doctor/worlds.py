"""Worlds of fakes, and how a check sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.doctor.checks import CHECKS
from pingvas_cli.doctor.examination import Examination, Report
from pingvas_cli.doctor.world import World
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.renderer import Tree
from pingvas_cli.validation.fault import Subject
from tests.fakes.account import FakeAccount
from tests.fakes.hosted_zones import FakeHostedZones
from tests.fakes.name_servers import FakeNameServers
from tests.fakes.networks import FakeNetworks
from tests.fakes.offers import FakeOffers
from tests.fakes.quotas import FakeQuotas
from tests.fakes.tools import FakeTools
from tests.golden import GITOPS, NEEDED

TODAY = date(2026, 11, 23)
TREE: Tree = {"terraform/platform/main.tf": b'resource "aws_eks_cluster" "this" {\n}\n'}


def no_local() -> LocalContext:
    """A check of AWS that asks for this machine is wrong."""
    raise AssertionError


WORLD = World(
    tools=FakeTools(),
    account=FakeAccount(),
    quotas=FakeQuotas(),
    offers=FakeOffers(),
    networks=FakeNetworks(),
    hosted_zones=FakeHostedZones(),
    name_servers=FakeNameServers(),
    local=no_local,
    render=lambda: TREE,
)


def subject(written: Mapping[str, Any] | None = None, today: date = TODAY) -> Subject:
    """A platform with what AWS needs, and what a test writes over it."""
    platform = {**NEEDED, "target": "aws", **(written or {}).get("platform", {})}
    whole = {"gitops": GITOPS, **(written or {}), "platform": platform}
    return Subject(Platform.plain(Configuration.model_validate(whole)), today)


def report(
    written: Mapping[str, Any] | None = None, /, today: date = TODAY, **changed: Any
) -> Report:
    """All checks of AWS in a world where something is changed."""
    world = replace(WORLD, **changed)
    return Examination(subject(written, today), world, CHECKS["aws"]).report()


def seen(found: Report) -> list[tuple[str, str, str, str]]:
    """Check, state, place and code of every line that is not ok."""
    return [
        (line.check.name, line.verdict.state, line.verdict.where, line.verdict.code)
        for line in found.lines
        if line.verdict.state != "ok"
    ]
