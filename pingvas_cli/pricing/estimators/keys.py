"""Keys of KMS (correction N13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, fixed
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock


def _parts(stock: Stock) -> Iterator[Part]:
    return (fixed(key, Kind.KMS_KEY) for key in stock.of("aws_kms_key"))


KEYS: Final = estimator(_parts, "aws_kms_key")
