"""The VPC's addresses: sizes that AWS takes, private ones only, and enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.network import second_network
from pingvas_cli.validation.fault import Fault, Subject, fault

LARGEST_VPC, SMALLEST_VPC = 16, 28
PRIVATE: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
BLOCK_PREFIX: Final = 28
"""Nodes take whole /28 blocks with prefix delegation, and single addresses beside them."""
SMALLEST_NODE_CPUS: Final = 2
MOST_ZONES: Final = 6
"""Zones of us-east-1, the region with the most."""
DIRECTIONS: Final = {
    "north": "n", "south": "s", "east": "e", "west": "w", "central": "c",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip


def vpc_is_possible(subject: Subject) -> Iterator[Fault]:
    """Size and kind of the VPC's addresses."""
    vpc = subject.configuration.network.vpc_cidr
    if not LARGEST_VPC <= vpc.prefixlen <= SMALLEST_VPC:
        yield fault("network.vpc_cidr", "validation.vpc_size", cidr=str(vpc))
    if not _private(vpc):
        yield fault("network.vpc_cidr", "validation.vpc_not_private", cidr=str(vpc))


def second_vpc_is_possible(subject: Subject) -> Iterator[Fault]:
    """The passive region's VPC lies right behind the first, and must be private too."""
    config = subject.configuration
    if config.platform.second_region.enabled and _private(config.network.vpc_cidr):
        second = str(second_network(config.network)["vpc_cidr"])
        if not _private(IPv4Network(second)):
            yield fault("network.vpc_cidr", "validation.second_vpc_not_private", cidr=second)


def copies_have_a_second_region(subject: Subject) -> Iterator[Fault]:
    """Snapshots are copied to a region that there is (inventory 90, 96)."""
    config = subject.configuration
    copied = config.database.copy_snapshots_to_second_region
    if copied and not config.platform.second_region.enabled:
        yield fault("database.copy_snapshots_to_second_region", "validation.no_second_region")


def subnets_hold_the_nodes(subject: Subject) -> Iterator[Fault]:
    """Every node at most needs a block of addresses in the private subnets (correction N6)."""
    config = subject.configuration
    if config.cluster.prefix_delegation:
        nodes = nodes_at_most(config)
        blocks = sum(map(_blocks, config.network.private_subnets))
        if nodes > blocks:
            key = "network.private_subnets"
            yield fault(key, "validation.addresses_too_few", nodes=nodes, blocks=blocks)


def nodes_at_most(config: Configuration) -> int:
    """Nodes of all pools at their limits, those of the services as small as they come."""
    general = -(-config.general_nodes.cpu_limit // SMALLEST_NODE_CPUS)
    return config.cluster.system_nodes.maximum + general + config.gpu_nodes.fleet_gpu_cap


def zones_are_of_the_region(subject: Subject) -> Iterator[Fault]:
    """`use1-az1` is a zone of us-east-1 and of no other region (correction P9)."""
    config = subject.configuration
    start = zone_prefix(config.platform.region)
    for index, zone in enumerate(config.network.availability_zone_ids):
        if zone.partition("-")[0] != start:
            yield fault(
                f"network.availability_zone_ids.{index}",
                "validation.zone_of_other_region",
                zone=zone,
                region=config.platform.region,
                start=start,
            )


def zones_are_left(subject: Subject) -> Iterator[Fault]:
    """Enough zones that are not excluded, were the region as large as the largest."""
    network, region = subject.configuration.network, subject.configuration.platform.region
    start = zone_prefix(region)
    excluded = {one for one in network.excluded_zone_ids if one.partition("-")[0] == start}
    left, needed = MOST_ZONES - len(excluded), len(network.private_subnets)
    if left < needed:
        params = {"region": region, "left": max(0, left), "needed": needed}
        yield fault("network.excluded_zone_ids", "validation.zones_excluded", **params)


def zone_prefix(region: str) -> str:
    """What zone ids of `region` begin with: us-east-1 has use1, ap-northeast-2 has apne2."""
    first, *directions, number = region.split("-")
    return first + "".join(DIRECTIONS.get(one, one[:1]) for one in directions) + number


def _private(network: IPv4Network) -> bool:
    return any(network.subnet_of(one) for one in PRIVATE)


def _blocks(subnet: IPv4Network) -> int:
    """Whole /28 blocks, without the two that hold the addresses AWS reserves and single ones."""
    return max(0, (1 << max(0, BLOCK_PREFIX - subnet.prefixlen)) - 2)
