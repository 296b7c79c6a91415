"""Each invariant finds what it is for, names the key, and is silent about the defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.support import KUBERNETES, POSTGRESQL, oldest_eks
from pingvas_cli.config.tree import is_known
from pingvas_cli.errors import Message
from pingvas_cli.messages import Translator
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.validation.addresses import nodes_at_most, zone_prefix
from pingvas_cli.validation.cron import is_readable
from pingvas_cli.validation.fault import Fault, Subject
from pingvas_cli.validation.invariants import INVARIANTS, faults
from pingvas_cli.validation.tls import Hop, hops
from tests.golden import GITOPS, NEEDED

TODAY = date(2026, 11, 23)

WRONG: list[tuple[str, str, Mapping[str, Any]]] = [
    ("rendering.value_missing", "platform.domain", {"platform": {"domain": None}}),
    ("rendering.value_missing", "platform.account_id", {"platform": {"account_id": None}}),
    ("rendering.value_missing", "platform.owner_email", {"platform": {"owner_email": None}}),
    ("rendering.value_missing", "gitops.repository", {"gitops": {"repository": None}}),
    ("validation.untested_together", "addons.keda", {"cluster": {"kubernetes_version": "1.36"}}),
    (
        "validation.name_too_long",
        "object_store.name_suffix",
        {"platform": {"name": "a-name-of-20-letters"}, "object_store": {"name_suffix": "x" * 31}},
    ),
    (
        "validation.name_too_long",
        "environments.prod.images_host",
        {"platform": {"domain": ".".join(["x" * 60] * 4) + ".example"}},
    ),
    (
        "validation.namespace_reserved",
        "environments.dev.namespace",
        {"environments": {"dev": {"namespace": "argocd"}}},
    ),
    (
        "validation.namespace_reserved",
        "environments.prod.namespace",
        {"environments": {"prod": {"namespace": "kube-system"}}},
    ),
    (
        "validation.secret_missing",
        "secrets.per_environment",
        {"secrets": {"per_environment": ["database-app"]}},
    ),
    ("validation.secret_missing", "secrets.per_environment", {"cache": {"mode": "sentinel"}}),
    ("validation.vpc_size", "network.vpc_cidr", {"network": {"vpc_cidr": "10.0.0.0/8"}}),
    (
        "validation.vpc_not_private",
        "network.vpc_cidr",
        {
            "network": {
                "vpc_cidr": "11.0.0.0/16",
                "public_subnets": ["11.0.1.0/24", "11.0.2.0/24"],
                "private_subnets": ["11.0.16.0/20", "11.0.32.0/20"],
                "database_subnets": ["11.0.3.0/24", "11.0.4.0/24"],
            }
        },
    ),
    (
        "validation.second_vpc_not_private",
        "network.vpc_cidr",
        {
            "platform": {"second_region": {"enabled": True}},
            "network": {
                "vpc_cidr": "192.168.0.0/16",
                "public_subnets": ["192.168.1.0/24", "192.168.2.0/24"],
                "private_subnets": ["192.168.16.0/20", "192.168.32.0/20"],
                "database_subnets": ["192.168.3.0/24", "192.168.4.0/24"],
            },
        },
    ),
    (
        "validation.no_second_region",
        "database.copy_snapshots_to_second_region",
        {"database": {"copy_snapshots_to_second_region": True}},
    ),
    (
        "validation.addresses_too_few",
        "network.private_subnets",
        {
            "network": {
                "public_subnets": ["10.0.1.0/24", "10.0.2.0/24"],
                "private_subnets": ["10.0.11.0/25", "10.0.12.0/25"],
                "database_subnets": ["10.0.21.0/24", "10.0.22.0/24"],
            }
        },
    ),
    (
        "validation.zone_of_other_region",
        "network.availability_zone_ids.1",
        {"network": {"availability_zone_ids": ["use1-az1", "usw2-az2", "use1-az4"]}},
    ),
    (
        "validation.zones_excluded",
        "network.excluded_zone_ids",
        {"network": {"excluded_zone_ids": [f"use1-az{n}" for n in range(1, 5)]}},
    ),
    (
        "validation.window_too_short",
        "database.backup_window",
        {"database": {"backup_window": "17:00-17:20"}},
    ),
    (
        "validation.window_too_short",
        "cache.maintenance_window",
        {"cache": {"maintenance_window": "sun:19:30-sun:20:00"}},
    ),
    (
        "validation.windows_overlap",
        "database.maintenance_window",
        {"database": {"maintenance_window": "sun:17:30-sun:18:30"}},
    ),
    (
        "validation.windows_overlap",
        "database.maintenance_window",
        {"database": {"backup_window": "23:30-00:30", "maintenance_window": "sun:00:00-sun:01:00"}},
    ),
    (
        "validation.windows_overlap",
        "cache.maintenance_window",
        {"cache": {"maintenance_window": "mon:16:59-mon:18:00"}},
    ),
    (
        "validation.schedule_unreadable",
        "backup.images.schedule",
        {"backup": {"images": {"schedule": "cron(0 18 * * *)"}}},
    ),
    (
        "validation.schedule_unreadable",
        "backup.restore_testing.schedule",
        {"backup": {"restore_testing": {"schedule": "cron(0 18 * * * *)"}}},
    ),
    (
        "validation.path_closed",
        "edge.firewall.admin_paths.0",
        {"edge": {"firewall": {"admin_paths": ["/v1/images"]}}},
    ),
    (
        "validation.path_closed",
        "edge.firewall.admin_paths.1",
        {"edge": {"firewall": {"admin_paths": ["/admin", "/v1/*"]}}},
    ),
    ("validation.tls_older", "cdn.minimum_tls", {"cdn": {"minimum_tls": "TLSv1.2_2025"}}),
    ("validation.tls_older", "database.minimum_tls", {"database": {"minimum_tls": "TLSv1.2"}}),
    (
        "validation.tls_older",
        "edge.tls_policy",
        {"edge": {"tls_policy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"}},
    ),
]


def configuration(written: Mapping[str, Any]) -> Configuration:
    """The defaults and what AWS needs, under `written`."""
    platform = {**NEEDED, **written.get("platform", {})}
    known = {key: value for key, value in platform.items() if value is not None}
    gitops = {**GITOPS, **written.get("gitops", {})}
    return Configuration.model_validate({**written, "platform": known, "gitops": gitops})


def found(config: Configuration, today: date = TODAY) -> list[Fault]:
    subject = Subject(Platform.plain(config), today)
    return [one for _, several in faults(subject) for one in several]


@pytest.mark.parametrize(("code", "key", "written"), WRONG)
def test_it_is_found_where_it_is(code: str, key: str, written: Mapping[str, Any]) -> None:
    assert (code, key) in [(one.code, one.key) for one in found(configuration(written))]


def test_each_invariant_is_shown_to_find_something() -> None:
    shown = {code for code, _, _ in WRONG} | {
        "validation.support_ended",
        "validation.support_ends_soon",
        "validation.overlay_shared",
    }
    seen: dict[str, set[str]] = {invariant.name: set() for invariant in INVARIANTS}
    configs = [configuration(written) for _, _, written in WRONG]
    plain, other = configuration({}), configuration({"edge": {"redirect_http": False}})
    subjects = [Subject(Platform.plain(one), TODAY) for one in configs]
    subjects += [
        Subject(Platform.plain(plain), date(2031, 1, 1)),
        Subject(Platform(plain, other, plain), TODAY),
    ]
    for subject in subjects:
        for invariant, several in faults(subject):
            seen[invariant.name] |= {one.code for one in several}
    assert all(seen.values()), seen
    assert set().union(*seen.values()) <= shown


def test_the_defaults_are_right_on_the_day_they_were_chosen() -> None:
    assert found(configuration({})) == []
    assert nodes_at_most(configuration({})) == 39


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2026, 12, 27), []),
        (date(2026, 12, 28), ["validation.support_ends_soon"]),
        (date(2027, 3, 27), ["validation.support_ends_soon"]),
        (date(2027, 3, 28), ["validation.support_ended"]),
    ],
)
def test_support_ends_by_the_calendar(today: date, codes: list[str]) -> None:
    several = found(configuration({}), today)
    assert [one.code for one in several] == codes
    assert all(one.warning == (one.code == "validation.support_ends_soon") for one in several)


def test_every_choosable_version_has_its_date_and_source() -> None:
    for version in ("1.35", "1.36"):
        assert KUBERNETES[version].source
    for version in ("16.8", "17.7"):
        assert POSTGRESQL[version.partition(".")[0]].source


@pytest.mark.parametrize(
    "written",
    [
        {"edge": {"idle_timeout_seconds": 90}},
        {"services": {"user": {"port": 8011}}},
        {"cdn": {"enabled": False}},
        {"secrets": {"recovery_days": 14}},
    ],
)
def test_an_overlay_must_not_change_what_is_shared(written: Mapping[str, Any]) -> None:
    whole = configuration({})
    subject = Subject(Platform(whole, configuration(written), whole), TODAY)
    codes = [one.code for _, several in faults(subject) for one in several]
    assert codes == ["validation.overlay_shared"]


@pytest.mark.parametrize(
    ("region", "start"),
    [
        ("us-east-1", "use1"),
        ("us-west-2", "usw2"),
        ("ap-northeast-2", "apne2"),
        ("eu-central-1", "euc1"),
        ("ap-southeast-1", "apse1"),
        ("sa-east-1", "sae1"),
    ],
)
def test_zones_are_named_after_their_region(region: str, start: str) -> None:
    assert zone_prefix(region) == start


@pytest.mark.parametrize(
    "schedule",
    [
        *("0 18 * * ? *", "0/15 8-17,20 ? * MON-FRI *", "5 0 L * ? *", "0 0 15W 1,7 ? 2027-2030"),
        *("0 0 ? JAN-MAR 2#1 *", "0 0 ? * 6L *"),
    ],
)
def test_what_aws_reads_is_a_schedule(schedule: str) -> None:
    assert is_readable(f"cron({schedule})")


@pytest.mark.parametrize(
    "schedule",
    [
        *("0 18 * * *", "0 18 * * * *", "0 18 ? * ? *", "0 25 * * ? *", "60 1 * * ? *"),
        *("0 1 32 * ? *", "0 1 0 * ? *", "0 1 * 13 ? *", "0 1 ? * 8 *", "0 1 ? * 0 *"),
        *("0 1 * * ? 1969", "0 1 * FEB ? X", "0 1 ? * FUN *", "0 5-1 * * ? *", "0/0 1 * * ? *"),
        *("0 *-3 * * ? *", "L 1 * * ? *", "0 1 ? * 2#6 *", "-1 1 * * ? *", "0 1, * * ? *"),
    ],
)
def test_what_aws_refuses_is_no_schedule(schedule: str) -> None:
    assert not is_readable(f"cron({schedule})")


def named(found: Sequence[Hop], language: str = "en") -> dict[str, Hop]:
    return {Translator(language).text(one.name): one for one in found}


@pytest.mark.parametrize("written", [{}, {"cdn": {"enabled": False}}])
def test_korean_people_read_of_hops_in_korean(written: Mapping[str, Any]) -> None:
    found = hops(configuration(written))
    ways = [one.by for one in found if isinstance(one.by, Message)]
    said = [*named(found, "ko"), *map(Translator("ko").text, ways)]
    assert len(ways) >= 3
    assert [one for one in said if not re.search("[가-힣]", one)] == []


@pytest.mark.parametrize(
    ("today", "oldest"),
    [
        (date(2026, 12, 2), (1, 34)),
        (date(2026, 12, 3), (1, 35)),
        (date(2027, 3, 28), (1, 36)),
        (date(2027, 8, 3), (1, 37)),
    ],
)
def test_versions_leave_standard_support_by_the_calendar(
    today: date, oldest: tuple[int, ...]
) -> None:
    assert oldest_eks(today) == oldest


def test_hops_are_facts_of_the_configuration() -> None:
    strict = named(hops(configuration({})))
    assert strict["customer to load balancer"].oldest == "TLSv1.3"
    assert strict["load balancer to pod"].oldest == "none"
    written = {
        "cdn": {"enabled": False},
        "database": {"minimum_tls": "TLSv1.2"},
        "edge": {"tls_policy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"},
    }
    loose = named(hops(configuration(written)))
    assert loose["customer to load balancer"].oldest == "TLSv1.2"
    assert loose["pooler to database"].oldest == "TLSv1.2"
    assert loose["pooler to database"].verified
    assert not loose["pod to pooler"].verified
    assert loose["pod to pooler"].oldest == "TLSv1.3"
    assert "CloudFront to bucket" not in loose


def test_every_fault_names_a_key_that_exists() -> None:
    for _, key, _ in WRONG:
        stem = [part for part in key.split(".") if not part.isdigit()]
        assert is_known(stem), key
