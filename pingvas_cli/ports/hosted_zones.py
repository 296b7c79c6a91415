"""The public zones of Route 53."""

from __future__ import annotations

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


class HostedZones(Protocol):
    """Reads zones; changes nothing."""

    def named(self, domain: str) -> tuple[HostedZone, ...]:
        """The public zones of exactly this name; Route 53 may hold several."""

    def by_id(self, zone_id: str) -> HostedZone | None:
        """The zone of this id, or None when the account has none."""
