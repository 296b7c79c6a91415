"""What a month costs before a plan and after it, line by line, from the plan itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.ports.terraform_root import PlannedResource
from pingvas_cli.pricing.coverage import ESTIMATORS
from pingvas_cli.pricing.line import Basis, Line, Part
from pingvas_cli.pricing.price import Item
from pingvas_cli.pricing.price_book import BOOK, PriceBook
from pingvas_cli.pricing.stock import Stock, resource

PERCENT: Final = Decimal("0.1")
Key = tuple[str, Item, Basis]


@dataclass(frozen=True)
class ModuleCost:
    """US dollars a month of a module, exact."""

    module: str
    before_usd: Decimal
    after_usd: Decimal

    @property
    def change_usd(self) -> Decimal:
        return self.after_usd - self.before_usd


@dataclass(frozen=True)
class Estimate:
    """Lines whose sums are the cost; nothing is rounded before it is shown.

    Usage is what the configuration assumes now, before and after the plan alike, so that the
    change is that of what stands.
    """

    lines: tuple[Line, ...] = ()
    budget_usd: Decimal = Decimal(0)

    @property
    def before_usd(self) -> Decimal:
        return sum((each.before_usd for each in self.lines), Decimal(0))

    @property
    def after_usd(self) -> Decimal:
        return sum((each.after_usd for each in self.lines), Decimal(0))

    @property
    def change_usd(self) -> Decimal:
        return self.after_usd - self.before_usd

    @property
    def assumed_usd(self) -> Decimal:
        """What rests on assumed usage, after the plan."""
        assumed = (each.after_usd for each in self.lines if each.basis is Basis.ASSUMED)
        return sum(assumed, Decimal(0))

    @property
    def change_percent(self) -> Decimal | None:
        """To one digit; None when there is nothing to compare with."""
        if not self.before_usd:
            return None
        return (self.change_usd * 100 / self.before_usd).quantize(PERCENT)

    @property
    def over_budget(self) -> bool:
        return self.after_usd > self.budget_usd

    @property
    def unpriced(self) -> tuple[Line, ...]:
        """Lines without a price: with any, the cost is at least what is said."""
        return tuple(each for each in self.lines if not each.priced)

    @property
    def modules(self) -> tuple[ModuleCost, ...]:
        """The cost by module, in the order of their names."""
        return tuple(self._module(name) for name in sorted({each.module for each in self.lines}))

    def of(self, module: str) -> tuple[Line, ...]:
        """The lines of a module."""
        return tuple(each for each in self.lines if each.module == module)

    def _module(self, name: str) -> ModuleCost:
        lines = self.of(name)
        before = sum((each.before_usd for each in lines), Decimal(0))
        return ModuleCost(name, before, sum((each.after_usd for each in lines), Decimal(0)))


@dataclass
class _Quantities:
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    addresses: dict[str, None] = field(default_factory=dict)


def estimate(
    resources: Sequence[PlannedResource],
    configuration: Configuration,
    oldest_eks: tuple[int, ...],
    book: PriceBook = BOOK,
) -> Estimate:
    """The cost of the month of what stands and of what would.

    `oldest_eks` is the oldest version of EKS in standard support, such as `(1, 34)`.
    """
    before = [(each, each.before) for each in resources]
    after = [(each, each.after) for each in resources]
    found = _merged(
        _parts(before, configuration, oldest_eks), _parts(after, configuration, oldest_eks)
    )
    lines = tuple(_line(key, found[key], book) for key in sorted(found))
    return Estimate(lines, configuration.cost.monthly_budget_usd)


def _parts(
    planned: Iterable[tuple[PlannedResource, Mapping[str, Any] | None]],
    configuration: Configuration,
    oldest_eks: tuple[int, ...],
) -> list[Part]:
    """What every estimator finds in the resources that are there."""
    standing = [
        resource(each.address, each.module, each.type, values, configuration)
        for each, values in planned
        if values is not None
    ]
    stock = Stock(standing, configuration, oldest_eks)
    return [part for each in ESTIMATORS for part in each.parts(stock)]


def _merged(before: Iterable[Part], after: Iterable[Part]) -> dict[Key, _Quantities]:
    """One entry for each item of a module, by what it is and where its quantity is from."""
    found: dict[Key, _Quantities] = defaultdict(_Quantities)
    for part in before:
        found[_key(part)].before += part.quantity
        found[_key(part)].addresses[part.address] = None
    for part in after:
        found[_key(part)].after += part.quantity
        found[_key(part)].addresses[part.address] = None
    return found


def _key(part: Part) -> Key:
    return part.module, part.item, part.basis


def _line(key: Key, found: _Quantities, book: PriceBook) -> Line:
    module, item, basis = key
    addresses = tuple(each for each in found.addresses if each)
    return Line(module, item, basis, book.price(item), found.before, found.after, addresses)
