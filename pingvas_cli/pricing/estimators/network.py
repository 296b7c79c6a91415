"""NAT gateways, public addresses, endpoints, and traffic (inventory 76, 78; correction N5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, fixed, hours, shared
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock


def _parts(stock: Stock) -> Iterator[Part]:
    yield from _standing(stock)
    usage = stock.configuration.cost.usage
    if stock.first("aws_nat_gateway"):
        yield shared(stock, "network", Kind.NAT_TRAFFIC, usage.nat_gb)
    if stock.first("aws_subnet"):
        yield shared(stock, "network", Kind.ZONE_TRAFFIC, usage.inter_zone_gb)


def _standing(stock: Stock) -> Iterator[Part]:
    zones = len(stock.configuration.network.private_subnets)
    for gateway in stock.of("aws_nat_gateway"):
        regional = gateway.text("availability_mode") == "regional"
        yield hours(gateway, Kind.NAT_REGIONAL if regional else Kind.NAT)
    for address in stock.of("aws_eip"):
        yield hours(address, Kind.IPV4)
    for endpoint in stock.of("aws_vpc_endpoint"):
        if endpoint.text("vpc_endpoint_type") == "Interface":
            yield fixed(endpoint, Kind.ENDPOINT_ZONE, endpoint.length("subnet_ids", zones))


# Traffic between zones is billed of no resource: it is told with the subnets.
NETWORK: Final = estimator(_parts, "aws_nat_gateway", "aws_eip", "aws_vpc_endpoint", "aws_subnet")
