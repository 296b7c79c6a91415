"""The VPCs that are in the region already."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Protocol


@dataclass(frozen=True)
class Network:
    """A VPC with all its IPv4 ranges; `platform` is the tag `pingvas:platform`, if it has one."""

    network_id: str
    cidrs: tuple[IPv4Network, ...]
    name: str = ""
    platform: str | None = None


class Networks(Protocol):
    """Reads VPCs; changes nothing."""

    def networks(self) -> tuple[Network, ...]:
        """Every VPC of the account in the region."""
