"""ElastiCache, by the node (inventory 73-75; correction D5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, hours
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock, number


def _parts(stock: Stock) -> Iterator[Part]:
    for group in stock.of("aws_elasticache_replication_group"):
        kind = Kind.CACHE_REDIS if group.text("engine") == "redis" else Kind.CACHE_VALKEY
        nodes = number(group.values.get("num_cache_clusters"), 1)
        yield hours(group, kind, nodes, of=group.text("node_type"))


CACHE: Final = estimator(_parts, "aws_elasticache_replication_group")
