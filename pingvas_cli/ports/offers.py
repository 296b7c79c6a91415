"""What AWS offers in the region: zones, instance types, versions of engines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class Zone:
    """A zone by its id, which is the same in every account; `usable` when it is available now."""

    zone_id: str
    usable: bool = True


@dataclass(frozen=True)
class ClusterVersion:
    """A Kubernetes version of EKS; `standard` while it is in standard support."""

    version: str
    standard: bool
    standard_until: date | None = None


class Offers(Protocol):
    """Facts about the region; changes nothing."""

    def zones(self) -> tuple[Zone, ...]:
        """The zones that every account has, by id; not those that one opts in to."""

    def zones_of(self, instance_types: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Each instance type with the ids of the zones that offer it; none when none does."""

    def vcpus(self, instance_types: Collection[str]) -> Mapping[str, int]:
        """The vCPUs of each instance type that the region knows."""

    def database_versions(self, engine: str) -> tuple[str, ...]:
        """Versions of an RDS engine, such as `aurora-postgresql`."""

    def cache_versions(self, engine: str) -> tuple[str, ...]:
        """Versions of an ElastiCache engine, such as `valkey`."""

    def cluster_versions(self) -> tuple[ClusterVersion, ...]:
        """Versions of EKS."""
