"""What a job costs, in whole credits.

megapixels (2^20 pixels) x steps x pictures x credits per megapixel-step, rounded up, at least one
credit. At the default 0.04, a picture of 1024 x 1024 in 30 steps costs 2 credits.
"""

from decimal import ROUND_CEILING, Decimal

from services.contracts.jobs import PIXELS_PER_MEGAPIXEL


def credits_for(
    *, width: int, height: int, steps: int, count: int, credits_per_megapixel_step: Decimal
) -> int:
    """The price; sizes in pixels."""
    megapixel_steps = Decimal(width * height * steps * count) / PIXELS_PER_MEGAPIXEL
    price = (megapixel_steps * credits_per_megapixel_step).to_integral_value(ROUND_CEILING)
    return max(1, int(price))
