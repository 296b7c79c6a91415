"""Looks prices up by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pingvas_cli.pricing.price import EVERYWHERE, Item, Price
from pingvas_cli.pricing.prices import PRICES


class PriceBook:
    """Prices by item; one that holds everywhere serves any region."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._prices = {each.item: each for each in prices}

    def price(self, item: Item) -> Price | None:
        """The price, or None when no source gives one for this region."""
        anywhere = replace(item, region=EVERYWHERE)
        return self._prices.get(item) or self._prices.get(anywhere)


BOOK: Final = PriceBook(PRICES)
