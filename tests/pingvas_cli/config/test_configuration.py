"""The defaults: valid, frozen, described, and the platform of the inventory as corrected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from pingvas_cli.config.checks import CHECKS
from pingvas_cli.config.configuration import PER_ENVIRONMENT, SECTIONS, Configuration, section_kind
from pingvas_cli.config.section import Section
from pingvas_cli.config.tree import dotted, kind_at, leaves, plain

DEFAULTS = Configuration.model_construct()


def kinds() -> Iterator[type[Section]]:
    """Every section and part."""
    tree = plain(DEFAULTS)
    assert isinstance(tree, dict)
    paths = {path[:length] for path, _ in leaves(tree) for length in range(len(path))}
    for path in sorted(paths):
        kind = kind_at(path)
        if kind is not None:
            yield kind


def test_defaults_are_valid_and_equal_to_what_validation_makes() -> None:
    assert Configuration.model_validate({}) == DEFAULTS
    for name in SECTIONS:
        assert section_kind(name).model_validate({}) == getattr(DEFAULTS, name)


def test_defaults_contradict_nothing() -> None:
    assert [one for check in CHECKS for one in check.judge(DEFAULTS)] == []


def test_a_configuration_cannot_change() -> None:
    with pytest.raises(ValidationError):
        DEFAULTS.local.port_offset = 3  # type: ignore[misc]


def test_every_key_says_what_it_is() -> None:
    for kind in kinds():
        assert kind.__doc__
        for name, field in kind.model_fields.items():
            assert field.description, f"{kind.__name__}.{name}"


def test_sections_of_an_environment_exist() -> None:
    assert set(SECTIONS) > PER_ENVIRONMENT


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("platform.region", "us-east-1"),  # 5
        ("platform.second_region.region", "us-west-2"),  # 96
        ("network.vpc_cidr", "10.0.0.0/16"),  # 5
        ("network.public_subnets", ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]),  # 6
        ("network.private_subnets", ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"]),  # 7
        ("network.database_subnets", ["10.0.21.0/24", "10.0.22.0/24", "10.0.23.0/24"]),  # N6
        ("network.nat_mode", "single"),  # 7
        ("cluster.kubernetes_version", "1.35"),  # P1
        ("cluster.system_nodes.capacity_type", "on-demand"),  # P8
        ("gpu_nodes.standard.gpu_limit", 10),  # 18
        ("gpu_nodes.high_resolution.gpu_limit", 5),  # 19
        ("gpu_nodes.newest.instance_type", "g5.xlarge"),  # 20
        ("gpu_nodes.consolidate_after_seconds", 300),  # 28
        ("gpu_nodes.expire_after_hours", 168),  # 28
        ("worker.dev_maximum", 3),  # 21
        ("worker.prod_maximum", 15),  # 21
        ("namespaces.dev.cpu_cores", 20),  # 22
        ("namespaces.prod.memory_gib", 200),  # 23
        ("namespaces.prod.gpus", 15),  # 23
        ("environments.dev.priority", 100_000),  # 26
        ("environments.prod.priority", 1_000_000),  # 26
        ("environments.prod.schema_name", "prod_pingvas"),  # 30
        ("database.engine_version", "17.7"),  # D1
        ("database.min_acu", 0.5),  # 29
        ("database.max_acu", 4.0),  # 29
        ("database.backup_retention_days", 7),  # 32
        ("pooler.mode", "transaction"),  # 33
        ("cache.mode", "replication_group"),  # D5
        ("cache.prod.nodes", 3),  # 37
        ("file_store.throughput_mode", "elastic"),  # D9
        ("object_store.prod_images.archive_class", "GLACIER_IR"),  # D8
        ("object_store.logs.expire_after_days", 30),  # 42
        ("edge.firewall.rate_limit", 2000),  # 52
        ("edge.tls_policy", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"),  # N7
        ("gitops.prod.automatic", False),  # G1
        ("monitoring.scrape_seconds", 15),  # 58
        ("monitoring.retention_days", 15),  # 58
        ("monitoring.cloudwatch_scrape_seconds", 300),  # M6
        ("monitoring.thresholds.queue_length", 100),  # 66
        ("recovery.dev.rto_hours", 4.0),  # 94
        ("recovery.prod.rpo_hours", 1.0),  # 95
        ("cost.monthly_budget_usd", 1500),  # 98
        ("services.model.port", 8005),  # 11
    ],
)
def test_defaults_are_the_platform_of_the_inventory(key: str, value: object) -> None:
    tree = plain(DEFAULTS)
    assert isinstance(tree, dict)
    assert {dotted(path): found for path, found in leaves(tree)}[key] == value


def test_one_written_key_of_a_part_keeps_the_other_defaults_of_that_part() -> None:
    made = Configuration.model_validate({"tiers": {"pro": {"weight": 5}}, "gpu_nodes": None})
    assert made.tiers.pro.weight == 5
    assert made.tiers.pro.monthly_credits == DEFAULTS.tiers.pro.monthly_credits
    deep = Configuration.model_validate({"services": {"gallery": {"prod": {"maximum": 9}}}})
    assert deep.services.gallery.port == 8004
    assert deep.services.gallery.prod.minimum == 2
