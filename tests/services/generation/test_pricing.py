"""Prices are whole credits, never none."""

from decimal import Decimal

import pytest

from services.generation.access import may_use
from services.generation.pricing import Price


@pytest.mark.parametrize(
    ("side", "steps", "count", "price"),
    [(64, 1, 1, 1), (1024, 30, 1, 2), (1024, 25, 1, 1), (1024, 26, 1, 2), (1024, 100, 4, 16)],
)
def test_a_price_is_rounded_up(side: int, steps: int, count: int, price: int) -> None:
    factor = Decimal("0.04")
    assert Price(side, side, steps, count, factor).credits == price


@pytest.mark.parametrize(
    ("tier", "minimum", "open_"),
    [
        ("free", "free", True),
        ("free", "starter", False),
        ("studio", "pro", True),
        ("unheard", "free", True),
        ("unheard", "starter", False),
        ("studio", "unheard", False),
    ],
)
def test_tiers_open_what_is_below_them(tier: str, minimum: str, open_: bool) -> None:
    assert may_use(tier, minimum) is open_
