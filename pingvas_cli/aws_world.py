"""What checks of `doctor` may look at, put together; a bootstrap on AWS begins with them too.

Part of the composition root: it wires and delegates, and decides nothing but which checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pingvas_cli.adapters.account import AwsAccount
from pingvas_cli.adapters.hosted_zones import AwsHostedZones
from pingvas_cli.adapters.name_servers import DnsNameServers
from pingvas_cli.adapters.networks import AwsNetworks
from pingvas_cli.adapters.offers import AwsOffers
from pingvas_cli.adapters.quotas import AwsQuotas
from pingvas_cli.adapters.tools import ThisTools
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.examined import Examined
from pingvas_cli.doctor.checks import CHECKS, Checks
from pingvas_cli.doctor.examination import Examination, Report
from pingvas_cli.doctor.identity import IDENTITY
from pingvas_cli.doctor.tools import TOOLS
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import Finding
from pingvas_cli.validation.fault import Subject

if TYPE_CHECKING:
    from pingvas_cli.adapters.aws_session import AwsSession
    from pingvas_cli.bootstrap.local.context import LocalContext
    from pingvas_cli.doctor.verdict import State, Verdict
    from pingvas_cli.rendering.contexts.platform import Platform
    from pingvas_cli.rendering.renderer import Tree

# A platform that goes needs no quota and no version on offer.
EXAMINED: Final[Mapping[Purpose, Checks]] = {
    Purpose.BOOTSTRAP: CHECKS["aws"],
    Purpose.DESTROY: (TOOLS, IDENTITY),
}
# The step `hosted-zone` waits for the delegation, and says the same.
LATER: Final = frozenset({"doctor.undelegated", "doctor.delegated_elsewhere"})


def world(
    session: AwsSession,
    resolvers: tuple[str, ...],
    local: Callable[[], LocalContext],
    render: Callable[[], Tree],
) -> World:
    """Nothing is asked of AWS before a check does, and none of the local target's checks does."""
    return World(
        tools=ThisTools(),
        account=AwsAccount(session),
        quotas=AwsQuotas(session),
        offers=AwsOffers(session),
        networks=AwsNetworks(session),
        hosted_zones=AwsHostedZones(session),
        name_servers=DnsNameServers(resolvers),
        local=local,
        render=render,
    )


def examine(
    purpose: Purpose, described: Platform, session: AwsSession, render: Callable[[], Tree]
) -> Examined:
    """What a run for this purpose should know before it begins."""
    subject = Subject(described, datetime.now(UTC).date())
    seen = world(session, described.configuration.edge.dns_resolvers, _no_machine, render)
    return examined(Examination(subject, seen, EXAMINED[purpose]).report())


def examined(report: Report) -> Examined:
    """The lines of a report, as a step knows them."""
    return Examined(
        failures=tuple(_findings(report, "failed")),
        warnings=tuple(_findings(report, "warning")),
        unknown=tuple(_findings(report, "unknown")),
    )


def _findings(report: Report, state: State) -> Iterator[Finding]:
    for line in report.lines:
        if line.verdict.state == state and line.verdict.code not in LATER:
            yield _finding(line.verdict)


def _finding(verdict: Verdict) -> Finding:
    return Finding(verdict.where, verdict.code, verdict.params)


def _no_machine() -> LocalContext:
    """No check of AWS asks for it."""
    raise NotImplementedError
