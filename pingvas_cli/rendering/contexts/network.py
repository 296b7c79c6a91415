"""The values of the network, and of its twin in the second region."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Final

from pingvas_cli.config.network import KINDS, NetworkSection
from pingvas_cli.rendering.contexts.plucked import Values, plucked

WHOLE_SPACE: Final = 1 << 32


def network(section: NetworkSection) -> Values:
    """The VPC, its subnets and the ways out of it."""
    return plucked(
        section,
        *("vpc_cidr", "availability_zone_ids", "excluded_zone_ids", *KINDS),
        *("nat_mode", "interface_endpoints", "flow_logs"),
    )


def second_network(section: NetworkSection) -> Values:
    """The same network one VPC further, in zones that the second region picks itself.

    The two must not overlap, or they could never be joined. Only data wait there, so it needs no
    interface endpoints, and one NAT gateway will do.
    """
    step = section.vpc_cidr.num_addresses
    moved = {kind: [_moved(one, step) for one in getattr(section, kind)] for kind in KINDS}
    return {
        **network(section),
        **moved,
        "vpc_cidr": _moved(section.vpc_cidr, step),
        "availability_zone_ids": [],
        "excluded_zone_ids": [],
        "interface_endpoints": [],
        "nat_mode": "single",
    }


def _moved(network: IPv4Network, step: int) -> str:
    first = (int(network.network_address) + step) % WHOLE_SPACE
    return f"{IPv4Network((first, network.prefixlen))}"
