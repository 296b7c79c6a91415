"""Public zones that a test chooses."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.ports.hosted_zones import HostedZone

NAME_SERVERS = ("ns-1.example.net", "ns-2.example.org")
"""Of every zone that is made."""


@dataclass
class FakeHostedZones:
    """The zones of an account; at first none."""

    found: tuple[HostedZone, ...] = ()

    def named(self, domain: str) -> tuple[HostedZone, ...]:
        return tuple(zone for zone in self.found if zone.name == domain)

    def by_id(self, zone_id: str) -> HostedZone | None:
        return next((zone for zone in self.found if zone.zone_id == zone_id), None)

    def make(self, domain: str, platform: str) -> HostedZone:
        made = HostedZone("ZMADE", domain, NAME_SERVERS, platform)
        self.found = (*self.found, made)
        return made

    def remove(self, zone_id: str) -> None:
        self.found = tuple(zone for zone in self.found if zone.zone_id != zone_id)
