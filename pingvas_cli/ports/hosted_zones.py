"""The public zones of Route 53."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class HostedZone:
    """A public zone; names without the last dot, in small letters, the servers sorted.

    `platform` is the tag `pingvas:platform`, if it has one.
    """

    zone_id: str
    name: str
    name_servers: tuple[str, ...]
    platform: str | None = None

    def is_served_by(self, servers: Collection[str]) -> bool:
        """All of its servers, and nobody else's: half a delegation answers half the time."""
        return bool(servers) and set(servers) == set(self.name_servers)


class HostedZones(Protocol):
    """Zones of the account. A failure of AWS is `aws.*`."""

    def named(self, domain: str) -> tuple[HostedZone, ...]:
        """The public zones of exactly this name; Route 53 may hold several."""

    def by_id(self, zone_id: str) -> HostedZone | None:
        """The zone of this id, or None when the account has none."""

    def make(self, domain: str, platform: str) -> HostedZone:
        """The platform's own zone of this name, tagged; the one that an earlier call left."""

    def remove(self, zone_id: str) -> None:
        """Remove a zone that has no records of its own."""
