"""S3, by what is expected to be stored (inventory 80-82; correction D8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.config.object_store import Bucket
from pingvas_cli.pricing.estimators.estimator import assumed, estimator
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock


def _parts(stock: Stock) -> Iterator[Part]:
    """A copy in another region is as large as its original; a stranger's size is not known."""
    for bucket in stock.of("aws_s3_bucket"):
        described = getattr(stock.configuration.object_store, bucket.key, None)
        if isinstance(described, Bucket):
            tiered = described.storage_class == "INTELLIGENT_TIERING"
            kind = Kind.OBJECTS_TIERED if tiered else Kind.OBJECTS
            yield assumed(bucket, kind, described.expected_gb)


OBJECT_STORE: Final = estimator(_parts, "aws_s3_bucket")
