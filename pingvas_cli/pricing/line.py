"""Parts of a month as estimators find them, and lines that hold them before and after a plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pingvas_cli.pricing.price import Item, Price


class Basis(StrEnum):
    """Where a quantity is from: the resource itself, or `cost.usage` and its like."""

    FIXED = "fixed"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Part:
    """So much of an item in a month, for one module; `address` is empty for what is shared."""

    module: str
    item: Item
    quantity: Decimal
    basis: Basis
    address: str = ""


@dataclass(frozen=True)
class Line:
    """An item of a module: its quantities of a month before and after, and its price if known."""

    module: str
    item: Item
    basis: Basis
    price: Price | None
    before: Decimal
    after: Decimal
    addresses: tuple[str, ...] = ()

    @property
    def before_usd(self) -> Decimal:
        """US dollars a month, exact; 0 when the price is unknown."""
        return self.before * self.unit_usd

    @property
    def after_usd(self) -> Decimal:
        """The same after the plan."""
        return self.after * self.unit_usd

    @property
    def change_usd(self) -> Decimal:
        return self.after_usd - self.before_usd

    @property
    def unit_usd(self) -> Decimal:
        return self.price.usd if self.price else Decimal(0)

    @property
    def priced(self) -> bool:
        """Whether the line counts as it is: nothing at all costs nothing at any price."""
        return self.price is not None or not self.after
