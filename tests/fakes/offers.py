"""A region that offers everything everywhere until a test says otherwise.

The zones and where GPUs are is us-east-1's shape: `use1-az3` has neither EKS nor GPUs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from pingvas_cli.ports.offers import ClusterVersion, Zone

ZONES = tuple(Zone(f"use1-az{number}") for number in range(1, 7))
WITH_GPUS = frozenset(zone.zone_id for zone in ZONES) - {"use1-az3"}
SIZES = {"g4dn.xlarge": 4, "g4dn.2xlarge": 8, "g5.xlarge": 4, "m7g.large": 2}


@dataclass
class FakeOffers:
    """Facts about a region."""

    found: tuple[Zone, ...] = ZONES
    offered: dict[str, frozenset[str]] = field(
        default_factory=lambda: dict.fromkeys(SIZES, WITH_GPUS)
    )
    sizes: dict[str, int] = field(default_factory=lambda: dict(SIZES))
    databases: tuple[str, ...] = ("15.15", "16.8", "17.7", "16.8-limitless")
    caches: tuple[str, ...] = ("7.2", "8.0", "8.1")
    clusters: tuple[ClusterVersion, ...] = (
        ClusterVersion("1.33", standard=False),
        ClusterVersion("1.35", standard=True, standard_until=date(2027, 3, 27)),
        ClusterVersion("1.36", standard=True),
    )

    def zones(self) -> tuple[Zone, ...]:
        return self.found

    def zones_of(self, instance_types: Collection[str]) -> Mapping[str, frozenset[str]]:
        return {name: self.offered.get(name, frozenset()) for name in instance_types}

    def vcpus(self, instance_types: Collection[str]) -> Mapping[str, int]:
        return {name: self.sizes[name] for name in instance_types if name in self.sizes}

    def database_versions(self, engine: str) -> tuple[str, ...]:
        return self.databases

    def cache_versions(self, engine: str) -> tuple[str, ...]:
        return self.caches

    def cluster_versions(self) -> tuple[ClusterVersion, ...]:
        return self.clusters
