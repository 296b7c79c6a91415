"""Zones by id: that EKS takes and that offer the nodes' instance types (correction P9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.fixes import Suggestion
from pingvas_cli.doctor.verdict import Verdict, failed, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.offers import Zone
from pingvas_cli.validation.fault import Subject

EKS_REFUSES: Final = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})
"""Zones without EKS control planes (EKS user guide, subnet requirements; read 2026-11)."""
KEY: Final = "network.availability_zone_ids"


@dataclass(frozen=True)
class Facts:
    """The region's zones, and each instance type with the zones that offer it."""

    zones: tuple[Zone, ...]
    offered: Mapping[str, frozenset[str]]

    def offers(self, zone: str) -> int:
        """How many of the types a zone offers."""
        return sum(zone in zones for zones in self.offered.values())


def read(world: World, subject: Subject) -> Facts:
    """The zones, and where the configured types are."""
    return Facts(world.offers.zones(), world.offers.zones_of(types(subject.configuration)))


def judge(subject: Subject, facts: Facts) -> Iterator[Verdict]:
    """The zones that Terraform would use: named ones, or the first that are not excluded."""
    config = subject.configuration
    chosen = taken(config, facts)
    standing = _standing(facts, chosen)
    lacking = (*_zones(config, facts, chosen), *_types(facts, standing))
    yield from (one.mended_by(_better(config, facts, standing)) for one in lacking)
    impaired = tuple(_impaired(facts, standing))
    yield from impaired
    if not lacking and not impaired:
        yield ok(KEY, "doctor.zones_fit", zones=", ".join(chosen), types=len(facts.offered))


def types(config: Configuration) -> frozenset[str]:
    """The instance types that nodes must have: of the GPU pools in use and of the system."""
    pools = config.gpu_nodes.pools().values()
    gpus = (pool.instance_type for pool in pools if pool.gpu_limit)
    return frozenset((*gpus, *config.cluster.system_nodes.instance_types))


def taken(config: Configuration, facts: Facts) -> tuple[str, ...]:
    """The ids that the network module takes; it knows neither EKS's refusals nor the GPUs."""
    network = config.network
    if network.availability_zone_ids:
        return network.availability_zone_ids
    ids = sorted(zone.zone_id for zone in facts.zones)
    left = [each for each in ids if each not in network.excluded_zone_ids]
    return tuple(left[: len(network.private_subnets)])


def best(config: Configuration, facts: Facts) -> tuple[str, ...]:
    """The zones that offer most of the types, the first by id among equals; sorted.

    Empty when the region has fewer than there are subnets.
    """
    shut = EKS_REFUSES | frozenset(config.network.excluded_zone_ids)
    usable = [zone.zone_id for zone in facts.zones if zone.usable and zone.zone_id not in shut]
    ranked = sorted(usable, key=lambda zone: (-facts.offers(zone), zone))
    count = len(config.network.private_subnets)
    return tuple(sorted(ranked[:count])) if len(ranked) >= count else ()


def _better(config: Configuration, facts: Facts, standing: tuple[str, ...]) -> Suggestion | None:
    """The best zones, where they offer more than those that are chosen and stand."""
    found = best(config, facts)
    more = sum(map(facts.offers, found)) > sum(map(facts.offers, standing))
    return Suggestion(KEY, found) if more else None


def _zones(config: Configuration, facts: Facts, chosen: tuple[str, ...]) -> Iterator[Verdict]:
    known = {zone.zone_id for zone in facts.zones}
    count = len(config.network.private_subnets)
    if len(chosen) < count:
        yield failed(KEY, "doctor.zones_too_few", zones=len(chosen), subnets=count)
    for zone in chosen:
        if zone not in known:
            yield failed(KEY, "doctor.zone_absent", zone=zone)
        elif zone in EKS_REFUSES:
            yield failed(KEY, "doctor.zone_refused", zone=zone)


def _standing(facts: Facts, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the chosen that can be used at all; of the others enough is said."""
    known = {zone.zone_id for zone in facts.zones} - EKS_REFUSES
    return tuple(zone for zone in chosen if zone in known)


def _impaired(facts: Facts, standing: tuple[str, ...]) -> Iterator[Verdict]:
    """It passes by itself, and other zones would mean other subnets: nothing is suggested."""
    for zone in facts.zones:
        if zone.zone_id in standing and not zone.usable:
            yield warning(KEY, "doctor.zone_impaired", zone=zone.zone_id)


def _types(facts: Facts, chosen: tuple[str, ...]) -> Iterator[Verdict]:
    for name, offered in sorted(facts.offered.items()):
        without = [zone for zone in chosen if zone not in offered]
        if chosen and len(without) == len(chosen):
            yield failed(KEY, "doctor.type_nowhere", type=name, zones=", ".join(chosen))
        elif without:
            yield warning(KEY, "doctor.type_partly", type=name, zones=", ".join(without))


ZONES: Final = Check("zones", ("P9",), read, judge, of_account=True)
