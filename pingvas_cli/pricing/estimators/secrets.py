"""Secrets Manager: each secret, and each copy in another region (inventory 85)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, fixed
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock


def _parts(stock: Stock) -> Iterator[Part]:
    for secret in stock.of("aws_secretsmanager_secret"):
        yield fixed(secret, Kind.SECRET)
        for replica in secret.values.get("replica") or ():
            yield fixed(secret, Kind.SECRET, region=str(replica["region"]))


SECRETS: Final = estimator(_parts, "aws_secretsmanager_secret")
