"""VPCs that a test chooses; at first the one that AWS gives every account."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from pingvas_cli.ports.networks import Network

DEFAULT = Network("vpc-0", (IPv4Network("172.31.0.0/16"),))


@dataclass
class FakeNetworks:
    """The VPCs of a region."""

    found: tuple[Network, ...] = (DEFAULT,)

    def networks(self) -> tuple[Network, ...]:
        return self.found
