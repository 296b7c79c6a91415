"""The control plane of EKS and the system nodes (inventory 68, 69; corrections P1, P8)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, fixed, hours
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Resource, Stock, number


def _parts(stock: Stock) -> Iterator[Part]:
    for cluster in stock.of("aws_eks_cluster"):
        yield hours(cluster, _support(cluster, stock.oldest_eks))
    for group in stock.of("aws_eks_node_group"):
        yield from _nodes(stock, group)


def _support(cluster: Resource, oldest: tuple[int, ...]) -> Kind:
    """Versions that are out of standard support are billed as extended (correction P1)."""
    version = tuple(int(each) for each in cluster.text("version").split(".") if each.isdigit())
    extended = bool(version) and version < oldest
    return Kind.EKS_EXTENDED if extended else Kind.EKS_STANDARD


def _nodes(stock: Stock, group: Resource) -> Iterator[Part]:
    system = stock.configuration.cluster.system_nodes
    count = number(group.first("scaling_config").get("desired_size"), system.desired)
    types = group.values.get("instance_types") or system.instance_types
    spot = group.text("capacity_type") == "SPOT"
    kind = Kind.EC2_SPOT if spot else Kind.EC2_ON_DEMAND
    yield hours(group, kind, count, of=str(types[0]))
    for template in stock.beside(group, "aws_launch_template"):
        yield fixed(template, Kind.VOLUME, count * _disk_gb(template, system.disk_gb), of="gp3")


def _disk_gb(template: Resource, otherwise: int) -> Decimal:
    disks = template.first("block_device_mappings").get("ebs") or [{}]
    return number(disks[0].get("volume_size"), otherwise)


CLUSTER: Final = estimator(_parts, "aws_eks_cluster", "aws_eks_node_group", "aws_launch_template")
