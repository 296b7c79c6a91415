"""VPCs that are in the region already: addresses that overlap can never be joined (N6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.networks import Network
from pingvas_cli.validation.fault import Subject

KEY: Final = "network.vpc_cidr"


def read(world: World) -> tuple[Network, ...]:
    """Every VPC of the region."""
    return world.networks.networks()


def judge(subject: Subject, networks: tuple[Network, ...]) -> Iterator[Verdict]:
    """Everything but the platform's own VPC."""
    config = subject.configuration
    vpc, others = config.network.vpc_cidr, [n for n in networks if not _own(subject, n)]
    overlapping = [
        (network, cidr) for network in others for cidr in network.cidrs if cidr.overlaps(vpc)
    ]
    for network, cidr in overlapping:
        yield warning(KEY, "doctor.vpc_overlaps", vpc=vpc, cidr=cidr, other=_called(network))
    if not overlapping:
        yield ok(KEY, "doctor.vpc_alone", vpc=vpc, count=len(others))


def _own(subject: Subject, network: Network) -> bool:
    return network.platform == subject.configuration.platform.name


def _called(network: Network) -> str:
    return f"{network.network_id} ({network.name})" if network.name else network.network_id


NETWORKS: Final = Check("networks", ("N6",), lambda world, _: read(world), judge, of_account=True)
