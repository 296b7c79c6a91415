"""Aurora Serverless v2 (inventory 71, 72; correction D4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from pingvas_cli.pricing.estimators.estimator import assumed, estimator, fixed, shared
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import HOURS_PER_MONTH, Kind
from pingvas_cli.pricing.stock import Resource, Stock, number

IO_OPTIMIZED: Final = "aurora-iopt1"
SERVERLESS: Final = "db.serverless"


def _parts(stock: Stock) -> Iterator[Part]:
    for cluster in stock.of("aws_rds_cluster"):
        yield from _capacity(stock, cluster)
        if cluster.values.get("manage_master_user_password") is True:
            yield fixed(cluster, Kind.SECRET)
    if first := stock.first("aws_rds_cluster"):
        yield from _storage(stock, optimized=_io_optimized(first))
    for copied in stock.of("aws_rds_global_cluster"):
        millions = stock.configuration.cost.usage.database_io_millions
        yield assumed(copied, Kind.GLOBAL_DATABASE, millions)


def _capacity(stock: Stock, cluster: Resource) -> Iterator[Part]:
    """The first instance as a writer, the others as readers, each within the cluster's bounds."""
    usage = stock.configuration.cost.usage
    bounds = cluster.first("serverlessv2_scaling_configuration")
    kind = Kind.AURORA_ACU_IO if _io_optimized(cluster) else Kind.AURORA_ACU
    for place, instance in enumerate(stock.beside(cluster, "aws_rds_cluster_instance")):
        acu = _within(bounds, usage.reader_acu if place else usage.writer_acu)
        if instance.text("instance_class") in ("", SERVERLESS):
            yield assumed(instance, kind, acu * HOURS_PER_MONTH)
        else:
            yield fixed(instance, Kind.OTHER, of=instance.text("instance_class"))


def _within(bounds: Mapping[str, Any], acu: Decimal) -> Decimal:
    low, high = number(bounds.get("min_capacity")), number(bounds.get("max_capacity"), acu)
    return max(low, min(acu, high))


def _storage(stock: Stock, *, optimized: bool) -> Iterator[Part]:
    """What is stored and read, of all clusters together."""
    usage = stock.configuration.cost.usage
    kind = Kind.AURORA_STORAGE_IO if optimized else Kind.AURORA_STORAGE
    yield shared(stock, "database", kind, usage.database_gb)
    if not optimized:
        yield shared(stock, "database", Kind.AURORA_IO, usage.database_io_millions)


def _io_optimized(cluster: Resource) -> bool:
    return cluster.text("storage_type") == IO_OPTIMIZED


DATABASE: Final = estimator(
    _parts, "aws_rds_cluster", "aws_rds_cluster_instance", "aws_rds_global_cluster"
)
