"""CloudFront (inventory 83)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, shared
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock

FREE_GB: Final = 1000  # the first TB of a month


def _parts(stock: Stock) -> Iterator[Part]:
    """Of all distributions together, as the free TB is of the account."""
    if stock.first("aws_cloudfront_distribution"):
        traffic_gb = stock.configuration.cdn.expected_gb_per_month
        yield shared(stock, "cdn", Kind.CDN_TRAFFIC, max(0, traffic_gb - FREE_GB))
        requests = stock.configuration.cost.usage.web_requests_millions
        yield shared(stock, "cdn", Kind.CDN_REQUESTS, requests)


CDN: Final = estimator(_parts, "aws_cloudfront_distribution")
