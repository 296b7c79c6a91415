"""What a month costs, by hand, against the owner's table, and as properties of every plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingvas_cli.pricing.estimate import Estimate
from pingvas_cli.pricing.estimators.nodes import OUTSIDE
from pingvas_cli.pricing.line import Basis
from pingvas_cli.pricing.price import Kind
from tests.pingvas_cli.pricing.plans import PLATFORM, Values, changed, made, planned

CLUSTER = "module.cluster.aws_eks_cluster.this"
FIREWALL = "module.edge.aws_wafv2_web_acl.this"
DATABASE = "module.database.aws_rds_cluster.this"
WRITER = 'module.database.aws_rds_cluster_instance.this["1"]'


def usd(found: Estimate, kind: Kind, of: str = "", region: str = "us-east-1") -> Decimal:
    """What a kind costs after the plan."""
    lines = [each for each in found.lines if (each.item.kind, each.item.region) == (kind, region)]
    assert lines, kind
    return sum((each.after_usd for each in lines if of in ("", each.item.of)), Decimal(0))


@pytest.mark.parametrize(
    ("kind", "of", "by_hand"),
    [
        (Kind.EKS_STANDARD, "", "73.00"),  # 0.10 x 730
        (Kind.EC2_SPOT, "g4dn.xlarge", "449.388"),  # 3 x 0.2052 x 730
        (Kind.EC2_ON_DEMAND, "m7g.large", "238.272"),  # (2 system + 2 general) x 0.0816 x 730
        (Kind.AURORA_ACU, "", "175.20"),  # 2 x 0.12 x 730
        (Kind.AURORA_STORAGE, "", "5.00"),  # 50 x 0.10
        (Kind.AURORA_IO, "", "6.00"),  # 30 x 0.20
        (Kind.CACHE_VALKEY, "cache.t4g.medium", "37.96"),  # 0.052 x 730
        (Kind.CACHE_VALKEY, "cache.r6g.large", "360.912"),  # 3 x 0.1648 x 730
        (Kind.NAT, "", "32.85"),  # 0.045 x 730
        (Kind.NAT_TRAFFIC, "", "31.50"),  # 700 x 0.045
        (Kind.ZONE_TRAFFIC, "", "28.00"),  # 1400 x 0.01 x 2
        (Kind.LOAD_BALANCER, "", "16.425"),  # 0.0225 x 730
        (Kind.LOAD_BALANCER_UNIT, "", "5.84"),  # 0.008 x 730
        (Kind.IPV4, "", "14.60"),  # (1 NAT + 3 of the load balancer) x 0.005 x 730
        (Kind.FIREWALL, "", "15"),  # 3 x 5
        (Kind.FIREWALL_RULE, "", "14"),  # 8 + 3 + 3
        (Kind.FIREWALL_REQUESTS, "", "6.00"),  # 10 x 0.60
        (Kind.FILES, "", "30.00"),  # 100 x 0.30
        (Kind.BACKUP_FILES, "", "6.00"),  # 100 x 0.06
        (Kind.OBJECTS, "", "58.65"),  # (500 + 2000 + 50) x 0.023
        (Kind.OBJECTS_TIERED, "", "11.50"),  # 500 x 0.023
        (Kind.CDN_TRAFFIC, "", "0"),  # the first TB is free
        (Kind.REGISTRY, "", "5.00"),  # 50 x 0.10
        (Kind.SECRET, "", "0.80"),  # 1 + the database's own, 0.40 each
        (Kind.ZONE, "", "0.50"),
        (Kind.LOGS_TAKEN_IN, "", "20.00"),  # 40 x 0.50
        (Kind.LOGS_KEPT, "", "1.20"),  # 40 x 0.03, for 30 days
    ],
)
def test_lines_by_hand(kind: Kind, of: str, by_hand: str) -> None:
    assert usd(made(), kind, of) == Decimal(by_hand)


def test_the_owners_table_where_it_holds() -> None:
    """Inventory 68-86 where corrections.md says that the line holds, or what it should be."""
    found = made()
    assert usd(found, Kind.EKS_STANDARD) == Decimal(73)  # 72.00 at 720 h
    assert usd(found, Kind.AURORA_ACU) == Decimal("175.20")  # 87.00 each at 725 h
    assert usd(found, Kind.FILES) == Decimal("30.00")
    images = usd(made({'module.object_store.aws_s3_bucket.this["prod_images"]': {}}), Kind.OBJECTS)
    assert images == Decimal("46.00")
    assert usd(found, Kind.OBJECTS_TIERED) == Decimal("11.50")
    assert usd(found, Kind.REGISTRY) == Decimal("5.00")
    traffic = usd(found, Kind.NAT_TRAFFIC) + usd(found, Kind.ZONE_TRAFFIC)
    assert abs(traffic - 60) < 1  # inventory 78, an estimate there


def test_redis_as_the_table_had_it() -> None:
    """Three nodes at the rate of Redis: 451.14, not 467.09 (corrections.md, arithmetic)."""
    group = 'module.cache["prod"].aws_elasticache_replication_group.this'
    redis = {group: {**PLATFORM[group], "engine": "redis"}}
    assert usd(made(redis), Kind.CACHE_REDIS) == Decimal("451.14")


def test_a_version_past_its_support_costs_six_times_as_much() -> None:
    found = changed({CLUSTER: {"version": "1.28"}}, {CLUSTER: {"version": "1.35"}})
    by_kind = {each.item.kind: each for each in found.lines}
    assert by_kind[Kind.EKS_EXTENDED].before_usd == Decimal(438)
    assert by_kind[Kind.EKS_STANDARD].after_usd == Decimal(73)
    assert found.change_usd == Decimal(73) - Decimal(438)


def test_support_is_judged_by_what_the_caller_says_of_the_day() -> None:
    """1.34 is standard until it has left; the estimate itself knows no day."""
    kinds = [
        {each.item.kind for each in changed({}, {CLUSTER: {"version": "1.34"}}, oldest).lines}
        for oldest in ((1, 34), (1, 35))
    ]
    billed = {Kind.EKS_STANDARD, Kind.EKS_EXTENDED}
    assert [each & billed for each in kinds] == [{Kind.EKS_STANDARD}, {Kind.EKS_EXTENDED}]


def test_lines_add_up_exactly() -> None:
    found = made()
    assert sum(each.after_usd for each in found.lines) == found.after_usd
    assert sum(each.after_usd for each in found.modules) == found.after_usd
    assert found.before_usd == 0
    assert found.change_percent is None


def test_no_change_changes_nothing() -> None:
    found = changed(PLATFORM, PLATFORM)
    assert found.after_usd == found.before_usd > 0
    assert found.change_usd == 0
    assert found.change_percent == 0


def test_a_removal_ends_at_nothing() -> None:
    found = changed(PLATFORM, {})
    assert found.before_usd == made().after_usd
    assert found.after_usd == 0
    assert found.unpriced == ()
    assert found.change_percent == -100


def test_what_is_known_after_the_apply_is_taken_from_the_configuration() -> None:
    known = {each: values for each, values in PLATFORM.items() if "aws_kms_key" not in each}
    unknown: dict[str, Values] = {
        **known,
        "module.cluster.aws_eks_node_group.system": {},
        "module.cluster.aws_launch_template.system_nodes": {},
        "module.edge.aws_lb.this": {},
    }
    assert made(unknown).after_usd == made(known).after_usd


def test_rules_of_a_firewall_are_counted_where_the_plan_knows_them() -> None:
    known = {FIREWALL: {"rule_json": '[{"Name":"one"}]'}}
    assert usd(made(known), Kind.FIREWALL_RULE) == 1
    assert usd(made({FIREWALL: {}}), Kind.FIREWALL_RULE) == 8
    fewer = {"firewall": {"managed_rules": ["sql_injection"], "admin_paths": []}}
    assert usd(made({FIREWALL: {}}, edge=fewer), Kind.FIREWALL_RULE) == 3


@pytest.mark.parametrize(("low", "high", "acu"), [(0.5, 4, "1"), (2, 4, "2"), (0, 0.5, "0.5")])
def test_capacity_stays_within_its_bounds(low: float, high: float, acu: str) -> None:
    bounds = [{"min_capacity": low, "max_capacity": high}]
    found = made({DATABASE: {"serverlessv2_scaling_configuration": bounds}, WRITER: {}})
    assert usd(found, Kind.AURORA_ACU) == Decimal(acu) * 730 * Decimal("0.12")


def test_optimized_io_has_no_price_per_request() -> None:
    found = made({DATABASE: {"storage_type": "aurora-iopt1"}, WRITER: {}})
    assert usd(found, Kind.AURORA_ACU_IO) == Decimal("113.88")
    assert usd(found, Kind.AURORA_STORAGE_IO) == Decimal("11.25")
    assert Kind.AURORA_IO not in {each.item.kind for each in found.lines}


def test_traffic_beyond_the_free_terabyte_is_billed() -> None:
    distribution: dict[str, Values] = {'module.cdn["prod"].aws_cloudfront_distribution.this': {}}
    found = made(distribution, cdn={"expected_gb_per_month": 1500})
    assert usd(found, Kind.CDN_TRAFFIC) == Decimal("42.50")


def test_nodes_of_karpenter_come_and_go_with_the_cluster() -> None:
    assert OUTSIDE not in {each.module for each in made({FIREWALL: {}}).modules}
    found = {each.module: each for each in made({CLUSTER: {"version": "1.35"}}).modules}
    assert found[OUTSIDE].after_usd == Decimal("568.524")  # 449.388 + 119.136


def test_gpus_without_spot_are_on_demand() -> None:
    pool = {"standard": {"capacity_types": ["on-demand"]}}
    found = made({CLUSTER: {}}, gpu_nodes=pool)
    assert usd(found, Kind.EC2_ON_DEMAND, "g4dn.xlarge") == Decimal("1151.94")


def test_a_region_without_prices_is_unknown() -> None:
    found = made(platform={"region": "ap-northeast-2"})
    unpriced = {each.item.kind for each in found.unpriced}
    assert {Kind.EKS_STANDARD, Kind.NAT, Kind.EC2_SPOT} <= unpriced
    assert usd(found, Kind.ZONE, region="ap-northeast-2") == Decimal("0.50")


def test_the_passive_region_has_its_own_lines() -> None:
    both = {**PLATFORM, 'module.second_network.aws_nat_gateway.zonal["usw2-az1"]': {}}
    found = made(both, platform={"second_region": {"enabled": True}})
    second = [each for each in found.lines if each.item.region == "us-west-2"]
    assert [(each.module, each.item.kind, each.priced) for each in second] == [
        ("second_network", Kind.NAT, False)
    ]
    assert found.after_usd == made().after_usd
    assert len(found.unpriced) == len(made().unpriced) + 1


def test_a_secret_is_paid_for_in_each_region() -> None:
    copied = {"module.secrets.aws_secretsmanager_secret.a": {"replica": [{"region": "us-west-2"}]}}
    found = made(copied)
    assert [each.item.region for each in found.lines] == ["us-east-1", "us-west-2"]
    assert {each.after for each in found.lines} == {Decimal(1)}


def test_a_type_that_nobody_has_priced_is_unknown() -> None:
    found = made({"module.x.other_thing.this": {}})
    assert [(each.item.kind, each.item.of) for each in found.unpriced] == [
        (Kind.OTHER, "other_thing")
    ]


def test_over_the_budget() -> None:
    cheap: dict[str, Values] = {FIREWALL: {}}
    assert not made(cheap, cost={"monthly_budget_usd": 19}).over_budget  # 5 + 8 + 6
    assert made(cheap, cost={"monthly_budget_usd": 18}).over_budget


def test_what_is_sensitive_never_comes_this_far() -> None:
    from pingvas_cli.adapters.terraform_events import plan

    values = {
        "password": "hunter2",
        "nested": [{"open": 1, "token": "hunter2"}],
        "list": ["hunter2"],
    }
    marks = {"password": True, "nested": [{"token": True}], "list": [True]}
    change = {
        "address": "aws_x.y",
        "type": "aws_x",
        "change": {
            "actions": ["update"],
            "before": values,
            "before_sensitive": marks,
            "after": values,
            "after_sensitive": True,
        },
    }
    found = plan({"resource_changes": [change]}).resources
    assert "hunter2" not in repr(found)
    assert found[0].before is not None
    assert found[0].before["nested"] == [{"open": 1, "token": None}]


def test_data_sources_are_nobodys_cost() -> None:
    from pingvas_cli.adapters.terraform_events import plan

    read = {
        "mode": "data",
        "address": "data.aws_x.y",
        "type": "aws_x",
        "change": {"actions": ["read"]},
    }
    assert plan({"resource_changes": [read]}).resources == ()


subsets = st.sets(st.sampled_from(sorted(PLATFORM)))


def _stock(addresses: set[str]) -> Mapping[str, Values]:
    return {each: PLATFORM[each] for each in addresses}


@settings(deadline=None)
@given(before=subsets, after=subsets)
def test_before_and_the_change_make_after(before: set[str], after: set[str]) -> None:
    found = changed(_stock(before), _stock(after))
    assert found.before_usd + found.change_usd == found.after_usd
    assert sum((each.change_usd for each in found.lines), Decimal(0)) == found.change_usd
    assert sum((each.change_usd for each in found.modules), Decimal(0)) == found.change_usd
    back = changed(_stock(after), _stock(before))
    assert back.change_usd == -found.change_usd


@settings(deadline=None)
@given(fewer=subsets, more=subsets)
def test_more_never_costs_less(fewer: set[str], more: set[str]) -> None:
    assert made(_stock(fewer)).after_usd <= made(_stock(fewer | more)).after_usd


def test_assumed_usage_is_told_apart() -> None:
    by_basis = {each.basis for each in made().lines}
    assert by_basis == {Basis.FIXED, Basis.ASSUMED}
    known = {each.item.kind for each in made().lines if each.basis is Basis.FIXED}
    assert Kind.NAT in known
    assert Kind.NAT_TRAFFIC not in known


def test_a_resource_that_is_replaced_is_counted_once() -> None:
    found = changed({CLUSTER: {"version": "1.35"}}, {CLUSTER: {"version": "1.36"}})
    assert found.change_usd == 0
    assert planned(CLUSTER, {}, None).after is None
