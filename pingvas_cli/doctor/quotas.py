"""Do the account's vCPU quotas carry the fleet that is configured? (correction P4)

A new account may start no GPU at all: its quota for G and VT on spot is 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.values import CapacityType
from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.fixes import QuotaRequest
from pingvas_cli.doctor.verdict import Verdict, failed, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.quotas import Quota
from pingvas_cli.validation.fault import Subject

GPU: Final = "gpu"
STANDARD: Final = "standard"
CODES: Final[Mapping[tuple[str, CapacityType], str]] = {
    (GPU, "spot"): "L-3819A6DF",  # All G and VT Spot Instance Requests
    (GPU, "on-demand"): "L-DB2E81BA",  # Running On-Demand G and VT instances
    (STANDARD, "spot"): "L-34B43A08",  # All Standard (A, C, D, H, I, M, R, T, Z) Spot …
    (STANDARD, "on-demand"): "L-1216C47A",  # Running On-Demand Standard (A, C, D, …) instances
}
KEYS: Final = {GPU: "gpu_nodes.fleet_gpu_cap", STANDARD: "general_nodes.cpu_limit"}
SMALLEST_GENERAL_VCPUS: Final = 2
G_OR_VT: Final = re.compile(r"(g|gr|vt)[0-9]")


@dataclass(frozen=True)
class Need:
    """The vCPUs of one quota at the fleet's limits, and those of its smallest node."""

    vcpus: int
    smallest: int


@dataclass(frozen=True)
class Facts:
    """Quotas by their code, and the vCPUs of instance types that the region knows."""

    quotas: Mapping[str, Quota]
    vcpus: Mapping[str, int]


def read(world: World, subject: Subject) -> Facts:
    """Each quota, and the size of each configured instance type."""
    config = subject.configuration
    types = {pool.instance_type for pool in config.gpu_nodes.pools().values()}
    types |= set(config.cluster.system_nodes.instance_types)
    quotas = {code: world.quotas.quota(code) for code in CODES.values()}
    return Facts(quotas, world.offers.vcpus(types))


def judge(subject: Subject, facts: Facts) -> Iterator[Verdict]:
    """A line for each quota that the configuration needs something of."""
    config = subject.configuration
    for name, pool in config.gpu_nodes.pools().items():
        key = f"gpu_nodes.{name}.instance_type"
        if pool.instance_type not in facts.vcpus:
            yield failed(key, "doctor.instance_type_unknown", type=pool.instance_type)
        elif not _is_g(pool.instance_type):
            yield warning(key, "doctor.quota_of_other_family", type=pool.instance_type)
    for (kind, capacity), code in CODES.items():
        need = _need(config, kind, capacity, facts.vcpus)
        if need.vcpus:
            yield _judged(KEYS[kind], facts.quotas[code], need)


def _judged(key: str, quota: Quota, need: Need) -> Verdict:
    values = {
        "name": quota.name,
        "code": quota.code,
        "value": f"{quota.value:g}",
        "need": need.vcpus,
    }
    if quota.value >= need.vcpus:
        return ok(key, "doctor.quota_enough", **values)
    if quota.pending is not None:
        return warning(key, "doctor.quota_pending", pending=f"{quota.pending:g}", **values)
    fix = QuotaRequest(quota.code, quota.name, need.vcpus)
    if quota.value < need.smallest:
        return failed(key, "doctor.quota_none", smallest=need.smallest, **values).mended_by(fix)
    return warning(key, "doctor.quota_short", **values).mended_by(fix)


def _need(
    config: Configuration, kind: str, capacity: CapacityType, vcpus: Mapping[str, int]
) -> Need:
    nodes = tuple(
        _gpu(config, capacity, vcpus) if kind == GPU else _others(config, capacity, vcpus)
    )
    return Need(sum(size * count for size, count in nodes), min((s for s, _ in nodes), default=0))


def _gpu(
    config: Configuration, capacity: CapacityType, vcpus: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """vCPUs of a node and how many there may be, for each GPU pool of this capacity."""
    for pool in config.gpu_nodes.pools().values():
        if capacity in pool.capacity_types and pool.gpu_limit and _is_g(pool.instance_type):
            yield vcpus.get(pool.instance_type, 0), pool.gpu_limit


def _others(
    config: Configuration, capacity: CapacityType, vcpus: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """The same for the nodes of the system and of the services; those are limited by vCPUs."""
    system, general = config.cluster.system_nodes, config.general_nodes
    if capacity == "on-demand":
        yield max(vcpus.get(each, 0) for each in system.instance_types), system.maximum
    if capacity in general.capacity_types:
        yield SMALLEST_GENERAL_VCPUS, -(-general.cpu_limit // SMALLEST_GENERAL_VCPUS)


def _is_g(instance_type: str) -> bool:
    """Whether the type counts as G or VT, whose quotas are looked at."""
    return G_OR_VT.match(instance_type) is not None


QUOTAS: Final = Check("quotas", ("P3", "P4"), read, judge, of_account=True)
