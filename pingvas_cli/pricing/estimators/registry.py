"""ECR, by what is expected to be stored (inventory 86)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import assumed, estimator, shared
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock


def _parts(stock: Stock) -> Iterator[Part]:
    """All repositories together, and their copy in another region."""
    stored_gb = stock.configuration.registry.expected_gb
    if stock.first("aws_ecr_repository"):
        yield shared(stock, "registry", Kind.REGISTRY, stored_gb)
    for copy in stock.of("aws_ecr_replication_configuration"):
        yield assumed(copy, Kind.REGISTRY_COPY, stored_gb)


REGISTRY: Final = estimator(_parts, "aws_ecr_repository", "aws_ecr_replication_configuration")
