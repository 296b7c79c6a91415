"""How many of what a region limits a plan ends with: networks, gateways, addresses, clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.ports.terraform_root import PlannedResource
from pingvas_cli.pricing.stock import resource

LIMITED: Final = (
    "aws_vpc",
    "aws_nat_gateway",
    "aws_eip",
    "aws_lb",
    "aws_eks_cluster",
    "aws_rds_cluster",
)


@dataclass(frozen=True)
class Place:
    """So many of a type in a region, of which `added` are new."""

    type: str
    region: str
    needed: int
    added: int


def places(resources: Sequence[PlannedResource], configuration: Configuration) -> tuple[Place, ...]:
    """Those of this plan, in the order of the list and of the regions."""
    needed: Counter[tuple[str, str]] = Counter()
    added: Counter[tuple[str, str]] = Counter()
    for each in resources:
        if each.type in LIMITED and each.after is not None:
            found = resource(each.address, each.module, each.type, each.after, configuration)
            needed[each.type, found.region] += 1
            added[each.type, found.region] += each.before is None
    order = sorted(needed, key=lambda key: (LIMITED.index(key[0]), key[1]))
    return tuple(Place(*key, needed[key], added[key]) for key in order)
