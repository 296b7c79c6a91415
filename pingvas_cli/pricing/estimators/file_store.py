"""EFS (inventory 79; correction D9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import assumed, estimator, fixed
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock, number


def _parts(stock: Stock) -> Iterator[Part]:
    for system in stock.of("aws_efs_file_system"):
        yield assumed(system, Kind.FILES, stock.configuration.file_store.expected_gb)
        provisioned = system.values.get("provisioned_throughput_in_mibps")
        if provisioned:
            yield fixed(system, Kind.FILES_THROUGHPUT, number(provisioned))


FILE_STORE: Final = estimator(_parts, "aws_efs_file_system")
