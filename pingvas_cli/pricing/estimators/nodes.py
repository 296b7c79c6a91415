"""Nodes that Karpenter starts and volumes that pods ask for: billed, and not in Terraform.

They come with the cluster and go with it (inventory 70; corrections P7, M7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from pingvas_cli.config.gpu_nodes import GpuPool
from pingvas_cli.pricing.estimators.estimator import estimator
from pingvas_cli.pricing.line import Basis, Part
from pingvas_cli.pricing.price import HOURS_PER_MONTH, Item, Kind
from pingvas_cli.pricing.stock import Stock

OUTSIDE: Final = "outside-terraform"
# The smallest of a family that holds the pods of a service.
GENERAL_SIZE: Final = "large"


def _parts(stock: Stock) -> Iterator[Part]:
    if stock.first("aws_eks_cluster") is None:
        return
    config = stock.configuration
    usage, region = config.cost.usage, stock.region
    pool = _first(config.gpu_nodes.pools().values())
    kind = Kind.EC2_SPOT if "spot" in pool.capacity_types else Kind.EC2_ON_DEMAND
    yield _part(Item(kind, region, pool.instance_type), usage.gpu_nodes * HOURS_PER_MONTH)
    disks = usage.gpu_nodes * config.gpu_nodes.root_volume_gb + config.monitoring.volume_gb
    yield _part(Item(Kind.VOLUME, region, "gp3"), disks)
    general = f"{config.general_nodes.instance_families[0]}.{GENERAL_SIZE}"
    # No source has a spot price of these families, so they count on-demand: the most they cost.
    yield _part(Item(Kind.EC2_ON_DEMAND, region, general), usage.general_nodes * HOURS_PER_MONTH)


def _first(pools: Iterable[GpuPool]) -> GpuPool:
    """The pool that Karpenter tries first, among those that may have nodes."""
    return max(pools, key=lambda pool: (pool.gpu_limit > 0, pool.weight))


def _part(item: Item, quantity: Decimal) -> Part:
    return Part(OUTSIDE, item, Decimal(quantity), Basis.ASSUMED)


NODES: Final = estimator(_parts)
