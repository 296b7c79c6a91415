"""Each code comes from the world that it is for, with its state and place, and from no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Network
from typing import Any

import pytest

from pingvas_cli.config.tree import is_known
from pingvas_cli.doctor.checks import CHECKS
from pingvas_cli.doctor.fixes import QuotaRequest, Suggestion
from pingvas_cli.errors import Message, PingvasError
from pingvas_cli.messages import Translator
from pingvas_cli.messages.en.doctor import ERRORS
from pingvas_cli.ports.account import Caller, Denial, Role
from pingvas_cli.ports.hosted_zones import HostedZone
from pingvas_cli.ports.networks import Network
from pingvas_cli.ports.offers import ClusterVersion, Zone
from tests.fakes.account import FakeAccount
from tests.fakes.hosted_zones import FakeHostedZones
from tests.fakes.name_servers import FakeNameServers
from tests.fakes.networks import FakeNetworks
from tests.fakes.offers import WITH_GPUS, ZONES, FakeOffers
from tests.fakes.quotas import NAMES, FakeQuotas
from tests.fakes.tools import FakeTools
from tests.pingvas_cli.doctor.worlds import report, seen

DOMAIN = "pingvas.example.com"
SERVERS = ("ns-1.awsdns-00.com", "ns-2.awsdns-00.net")
OWN = HostedZone("Z1", DOMAIN, SERVERS, "pingvas")
FOREIGN = HostedZone("Z2", DOMAIN, SERVERS)
PARENT = HostedZone("Z3", "example.com", SERVERS)
LATER = ("delegation", "warning", "platform.domain", "doctor.delegation_later")
KEY = "network.availability_zone_ids"
SPOT_KEY = "gpu_nodes.create_spot_service_role"
SPOT_ROLE = "AWSServiceRoleForEC2Spot"
FIRST_GPU_ZONES = {"network": {"availability_zone_ids": ["use1-az1", "use1-az2", "use1-az4"]}}


@dataclass(frozen=True)
class Case:
    """A world, and the one line that it adds to those of a healthy one."""

    line: tuple[str, str, str, str]
    changed: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)
    today: date = date(2026, 11, 23)
    instead: bool = False  # of the line about the delegation
    others: int = 0  # lines of other things that the same world adds


def quotas(code: str, value: float, pending: float | None = None) -> FakeQuotas:
    asked = {} if pending is None else {code: pending}
    return FakeQuotas({**dict.fromkeys(NAMES, 1000.0), code: value}, asked)


def named(*zones: str) -> dict[str, Any]:
    return {"network": {"availability_zone_ids": list(zones)}}


def zone(found: HostedZone | None, *servers: str) -> dict[str, Any]:
    zones = FakeHostedZones((found,) if found else ())
    name = found.name if found else DOMAIN
    return {"hosted_zones": zones, "name_servers": FakeNameServers({name: servers})}


def line(check: str, state: str, where: str, code: str) -> tuple[str, str, str, str]:
    return check, state, where, code if "." in code else f"doctor.{code}"


CASES = [
    Case(
        line("tools", "failed", "kubectl", "tool_missing"),
        {"tools": FakeTools({"terraform": "1.15.9", "kubectl": None, "git": "2.39.5"})},
    ),
    Case(
        line("tools", "failed", "terraform", "terraform_too_old"),
        {"tools": FakeTools({"terraform": "1.9.8", "kubectl": "1.35.0", "git": "2.39.5"})},
    ),
    Case(
        line("tools", "warning", "addons.terraform", "terraform_other"),
        {"tools": FakeTools({"terraform": "1.11.4", "kubectl": "1.34.9", "git": "2.39.5"})},
    ),
    Case(
        line("tools", "warning", "kubectl", "kubectl_skew"),
        {"tools": FakeTools({"terraform": "1.15.9", "kubectl": "1.33.1", "git": "2.39.5"})},
    ),
    Case(
        line("support", "warning", "cluster.kubernetes_version", "validation.support_ends_soon"),
        today=date(2027, 1, 1),
    ),
    Case(
        line("support", "failed", "cluster.kubernetes_version", "validation.support_ended"),
        today=date(2027, 3, 28),
    ),
    Case(
        line("support", "failed", "database.engine_version", "validation.support_ended"),
        today=date(2030, 3, 1),
        others=1,
    ),
    Case(
        line("identity", "warning", "platform.account_id", "account_root"),
        {"account": FakeAccount(Caller("123456789012", "arn:aws:iam::123456789012:root"))},
    ),
    Case(
        line("permissions", "failed", "iam eks", "not_allowed"),
        {"account": FakeAccount(refused=(Denial("eks:CreateCluster"),))},
    ),
    Case(
        line("permissions", "failed", "iam iam", "forbidden"),
        {"account": FakeAccount(refused=(Denial("iam:PassRole", explicit=True),))},
    ),
    # P4: nothing, too little, and already asked for.
    Case(
        line("quotas", "failed", "gpu_nodes.fleet_gpu_cap", "quota_none"),
        {"quotas": quotas("L-3819A6DF", 0)},
    ),
    Case(
        line("quotas", "warning", "gpu_nodes.fleet_gpu_cap", "quota_short"),
        {"quotas": quotas("L-DB2E81BA", 8)},
    ),
    Case(
        line("quotas", "warning", "gpu_nodes.fleet_gpu_cap", "quota_pending"),
        {"quotas": quotas("L-3819A6DF", 0, pending=100)},
    ),
    Case(
        line("quotas", "warning", "general_nodes.cpu_limit", "quota_short"),
        {"quotas": quotas("L-34B43A08", 5)},
    ),
    Case(
        line("quotas", "failed", "gpu_nodes.newest.instance_type", "instance_type_unknown"),
        {"offers": FakeOffers(sizes={"g4dn.xlarge": 4, "g4dn.2xlarge": 8, "m7g.large": 2})},
    ),
    Case(
        line("quotas", "warning", "gpu_nodes.newest.instance_type", "quota_of_other_family"),
        {
            "offers": FakeOffers(
                offered=dict.fromkeys(
                    ("g4dn.xlarge", "g4dn.2xlarge", "p5.4xlarge", "m7g.large"), WITH_GPUS
                ),
                sizes={"g4dn.xlarge": 4, "g4dn.2xlarge": 8, "p5.4xlarge": 16, "m7g.large": 2},
            )
        },
        {"gpu_nodes": {"newest": {"instance_type": "p5.4xlarge"}}},
    ),
    # P4: AWS's role for spot instances, made once for an account.
    Case(
        line("spot_role", "failed", SPOT_KEY, "spot_role_exists"),
        written={"gpu_nodes": {"create_spot_service_role": True}},
    ),
    Case(
        line("spot_role", "failed", SPOT_KEY, "spot_role_exists"),
        {"account": FakeAccount(roles=(Role(SPOT_ROLE, "another"),))},
        {"gpu_nodes": {"create_spot_service_role": True}},
    ),
    Case(
        line("spot_role", "failed", SPOT_KEY, "spot_role_dropped"),
        {"account": FakeAccount(roles=(Role(SPOT_ROLE, "pingvas"),))},
    ),
    Case(
        line("spot_role", "warning", SPOT_KEY, "spot_role_missing"),
        {"account": FakeAccount(roles=())},
    ),
    Case(
        line("spot_role", "failed", SPOT_KEY, "spot_role_missing"),
        {"account": FakeAccount(roles=())},
        {"gpu_nodes": {"standard": {"capacity_types": ["spot"]}}},
    ),
    # P9: zones by id.
    Case(line("zones", "failed", KEY, "zones_too_few"), {"offers": FakeOffers(found=ZONES[:2])}),
    Case(
        line("zones", "failed", KEY, "zone_absent"), {}, named("use1-az1", "use1-az2", "use1-az9"),
    ),
    Case(
        line("zones", "failed", KEY, "zone_refused"),
        {},
        {
            "network": {
                "availability_zone_ids": ["use1-az1", "use1-az2", "use1-az3"],
                "excluded_zone_ids": [],
            }
        },
    ),
    Case(
        line("zones", "warning", KEY, "zone_impaired"),
        {"offers": FakeOffers(found=(Zone("use1-az1", usable=False), *ZONES[1:]))},
    ),
    Case(
        line("zones", "failed", KEY, "type_nowhere"),
        {"offers": FakeOffers(offered={**FakeOffers().offered, "g5.xlarge": frozenset()})},
    ),
    Case(
        line("zones", "warning", KEY, "type_partly"),
        {
            "offers": FakeOffers(
                offered={**FakeOffers().offered, "g5.xlarge": WITH_GPUS - {"use1-az2"}}
            )
        },
    ),
    Case(
        line("cluster", "failed", "cluster.kubernetes_version", "version_not_offered"),
        {"offers": FakeOffers(clusters=())},
    ),
    Case(
        line("cluster", "failed", "cluster.kubernetes_version", "not_in_support"),
        {"offers": FakeOffers(clusters=(ClusterVersion("1.35", standard=False),))},
    ),
    Case(
        line("database", "failed", "database.engine_version", "version_not_offered"),
        {"offers": FakeOffers(databases=("17.70", "16.8"))},
    ),
    Case(
        line("cache", "failed", "cache.engine_version", "version_not_offered"),
        {"offers": FakeOffers(caches=("8.0", "8.10"))},
    ),
    Case(
        line("networks", "warning", "network.vpc_cidr", "vpc_overlaps"),
        {
            "networks": FakeNetworks(
                (Network("vpc-1", (IPv4Network("10.9.0.0/16"), IPv4Network("10.0.64.0/20"))),)
            )
        },
    ),
    Case(
        line("delegation", "failed", "platform.domain", "undelegated"), zone(OWN), instead=True
    ),
    Case(
        line("delegation", "failed", "platform.domain", "delegated_elsewhere"),
        zone(OWN, SERVERS[0], "ns.elsewhere.example"),
        instead=True,
    ),
    Case(
        line("delegation", "warning", "edge.hosted_zone_id", "zone_exists"),
        zone(FOREIGN, *SERVERS),
        instead=True,
    ),
    Case(
        line("delegation", "warning", "platform.domain", "delegation_moves"),
        zone(None, "ns.elsewhere.example"),
        instead=True,
    ),
    Case(
        line("delegation", "failed", "edge.hosted_zone_id", "hosted_zone_absent"),
        {},
        {"edge": {"hosted_zone_id": "Z9"}},
        instead=True,
    ),
    Case(
        line("delegation", "failed", "edge.hosted_zone_id", "hosted_zone_of_other"),
        zone(HostedZone("Z4", "ample.com", SERVERS)),
        {"edge": {"hosted_zone_id": "Z4"}},
        instead=True,
    ),
    Case(
        line("delegation", "unknown", DOMAIN, "aws.dns_silent"),
        {"name_servers": FakeNameServers(silent=True)},
        instead=True,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line[3]} {case.line[2]}")
def test_a_world_gives_its_code(case: Case) -> None:
    found = seen(report(case.written, today=case.today, **case.changed))
    expected = [] if case.instead else [LATER]
    assert case.line in found
    assert [one for one in expected if one not in found] == []
    assert len(found) == len(expected) + 1 + case.others


def test_a_healthy_world_only_lacks_a_delegation() -> None:
    found = report()
    assert seen(found) == [LATER]
    found.refuse_failures()
    assert {line.check for line in found.lines} == set(CHECKS["aws"])


def test_a_zone_that_leads_to_aws_is_well() -> None:
    assert seen(report(**zone(OWN, *SERVERS))) == []
    named_parent = {"edge": {"hosted_zone_id": "Z3"}}
    assert seen(report(named_parent, **zone(PARENT, *SERVERS))) == []


def test_without_a_domain_nothing_can_lead_anywhere() -> None:
    found = seen(report({"platform": {"domain": None}}))
    value_missing = ("delegation", "failed", "platform.domain", "rendering.value_missing")
    assert value_missing in found


@pytest.mark.parametrize(
    ("account", "written", "code"),
    [
        (FakeAccount(None), {}, "aws.no_credentials"),
        (FakeAccount(Caller("999999999999", "arn:x")), {}, "doctor.account_other"),
        (FakeAccount(), {"platform": {"account_id": None}}, "doctor.account_unwritten"),
    ],
)
def test_an_account_that_is_not_known_to_be_right_is_not_looked_into(
    account: FakeAccount, written: Mapping[str, Any], code: str
) -> None:
    """P13: and nothing is asked of it, nor could `--fix` ask."""
    found = report(written, account=account, quotas=quotas("L-3819A6DF", 0))
    states = {(state, code) for check, state, _, code in seen(found) if check != "identity"}
    assert states == {("unknown", "doctor.not_looked_at")}
    assert next(one for one in seen(found) if one[0] == "identity")[3] == code
    assert (account.asked, found.fixes) == ([], ())
    with pytest.raises(PingvasError) as failure:
        found.refuse_failures()
    assert (failure.value.code, failure.value.exit_code) == ("doctor.fails", 1)


def test_the_platforms_own_network_is_no_overlap() -> None:
    own = Network("vpc-1", (IPv4Network("10.0.0.0/16"),), "pingvas-vpc", "pingvas")
    assert seen(report(networks=FakeNetworks((own,)))) == [LATER]


def test_quotas_count_the_vcpus_of_the_fleet() -> None:
    """P4: 10 x 4 + 5 x 8 + 5 x 4 = 100 vCPUs; P3: pools without GPUs count for nothing."""
    found = report(quotas=quotas("L-3819A6DF", 0))
    name = NAMES["L-3819A6DF"]
    assert found.fixes == (QuotaRequest("L-3819A6DF", name, 100),)
    pools = {"high_resolution": {"gpu_limit": 0}, "newest": {"capacity_types": ["on-demand"]}}
    less = report({"gpu_nodes": pools}, quotas=quotas("L-3819A6DF", 0))
    assert less.fixes == (QuotaRequest("L-3819A6DF", name, 40),)
    none = {"gpu_nodes": {key: {"capacity_types": ["on-demand"]} for key in POOLS}}
    assert report(none, quotas=quotas("L-3819A6DF", 0)).fixes == ()


POOLS = ("standard", "high_resolution", "newest")
ON_DEMAND = {"capacity_types": ["on-demand"]}


@pytest.mark.parametrize(
    ("roles", "written"),
    [
        ((), {"gpu_nodes": {"create_spot_service_role": True}}),
        ((Role(SPOT_ROLE, "pingvas"),), {"gpu_nodes": {"create_spot_service_role": True}}),
        ((), {"gpu_nodes": dict.fromkeys(POOLS, ON_DEMAND), "general_nodes": ON_DEMAND}),
    ],
    ids=["made", "made-before", "no-spot"],
)
def test_the_role_for_spot_instances_is_made_once_or_not_wanted(
    roles: tuple[Role, ...], written: Mapping[str, Any]
) -> None:
    """P4."""
    assert seen(report(written, account=FakeAccount(roles=roles))) == [LATER]


def test_zones_with_all_types_are_suggested() -> None:
    """P9: az1 has no GPU and az3 no EKS, so the next three are the best."""
    offers = FakeOffers(
        offered={
            **dict.fromkeys(FakeOffers().sizes, WITH_GPUS - {"use1-az1"}),
            "m7g.large": WITH_GPUS,
        }
    )
    suggestion = Suggestion(KEY, ("use1-az2", "use1-az4", "use1-az5"))
    assert report(offers=offers).fixes == (suggestion,)


def test_a_zone_that_is_down_today_moves_nothing() -> None:
    down = FakeOffers(found=(Zone("use1-az1", usable=False), *ZONES[1:]))
    assert report(offers=down).fixes == ()


def test_zones_without_anything_better_suggest_nothing() -> None:
    offers = FakeOffers(offered={**FakeOffers().offered, "g5.xlarge": frozenset()})
    assert report(FIRST_GPU_ZONES, offers=offers).fixes == ()
    elsewhere = {"network": {"availability_zone_ids": ["use1-az4", "use1-az5", "use1-az6"]}}
    assert report(elsewhere, offers=offers).fixes == ()


def test_the_one_zone_of_the_domains_name_is_suggested() -> None:
    assert report(**zone(FOREIGN)).fixes == (Suggestion("edge.hosted_zone_id", "Z2"),)
    both = FakeHostedZones((FOREIGN, HostedZone("Z5", DOMAIN, SERVERS)))
    assert report(hosted_zones=both).fixes == ()


def test_the_state_decides_the_exit_code() -> None:
    """Warnings and unknowns only tell."""
    for case in CASES:
        found = report(case.written, today=case.today, **case.changed)
        if any(state == "failed" for _, state, _, _ in seen(found)):
            with pytest.raises(PingvasError, match=r"doctor\.fails"):
                found.refuse_failures()
        else:
            found.refuse_failures()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_line_has_words_in_both_languages(language: str) -> None:
    translator = Translator(language)
    for case in CASES:
        for one in report(case.written, today=case.today, **case.changed).lines:
            verdict = one.verdict
            if verdict.code:
                words = translator.error(Message(verdict.code, verdict.params))
            else:
                assert verdict.said is not None
                words = (translator.text(verdict.said), "-")
            assert all(words)
            if verdict.fix:
                assert translator.text(verdict.fix.preview())


def test_places_are_keys_of_the_configuration() -> None:
    for case in CASES:
        where = case.line[2]
        if "." in where and where != DOMAIN:
            assert is_known(where.split(".")), where


def test_every_code_of_the_doctor_is_tested() -> None:
    """Those that no world of AWS gives have tests of their own."""
    elsewhere = {
        *("fails", "not_looked_at", "account_other", "account_unwritten"),
        *("memory_low", "suggestion_not_ours", "suggestion_unwritable"),
    }
    lines = [LATER, *(case.line for case in CASES)]
    tested = {code.removeprefix("doctor.") for *_, code in lines} | elsewhere
    assert set(ERRORS) <= tested


def test_resolved_rows_are_cited() -> None:
    cited = {row for check in CHECKS["aws"] for row in check.cites}
    assert {"P1", "P3", "P4", "P9", "P13", "D1", "D5", "N6", "N13"} <= cited
