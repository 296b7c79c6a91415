"""An estimator: the types it knows, and the parts it finds in what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from pingvas_cli.pricing.line import Basis, Part
from pingvas_cli.pricing.price import HOURS_PER_MONTH, Item, Kind
from pingvas_cli.pricing.stock import Resource, Stock


@dataclass(frozen=True)
class Estimator:
    """`types` are those of Terraform that are billed here; none for what stands beside it."""

    types: frozenset[str]
    parts: Callable[[Stock], Iterator[Part]]


def estimator(parts: Callable[[Stock], Iterator[Part]], *types: str) -> Estimator:
    """`estimator(parts, "aws_lb")`."""
    return Estimator(frozenset(types), parts)


def fixed(
    one: Resource, kind: Kind, quantity: Decimal | int = 1, *, of: str = "", region: str = ""
) -> Part:
    """What is billed of a resource for its standing."""
    item = Item(kind, region or one.region, of)
    return Part(one.module, item, Decimal(quantity), Basis.FIXED, one.address)


def hours(one: Resource, kind: Kind, count: Decimal | int = 1, *, of: str = "") -> Part:
    """The same for `count` things that stand all month, billed by the hour."""
    return fixed(one, kind, count * HOURS_PER_MONTH, of=of)


def shared(stock: Stock, module: str, kind: Kind, quantity: Decimal | int) -> Part:
    """What all resources of a type use together in the platform's region, told with a module."""
    return Part(module, Item(kind, stock.region), Decimal(quantity), Basis.ASSUMED)


def assumed(one: Resource, kind: Kind, quantity: Decimal | int, *, of: str = "") -> Part:
    """What is billed of its use, as the configuration assumes."""
    item = Item(kind, one.region, of)
    return Part(one.module, item, Decimal(quantity), Basis.ASSUMED, one.address)
