"""What a job costs, in whole credits.

megapixels (2^20 pixels) x steps x pictures x credits per megapixel-step, rounded up, at least one
credit. Steps are those really computed: a source changed at strength 0.5 takes half of them. At the
default 0.04, a picture of 1024 x 1024 in 30 steps costs 2 credits.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from services.contracts.jobs import PIXELS_PER_MEGAPIXEL


@dataclass(frozen=True)
class Price:
    """A price and how it is made up; sizes in pixels."""

    width: int
    height: int
    steps: int
    count: int
    credits_per_megapixel_step: Decimal

    @property
    def megapixels(self) -> Decimal:
        """Of one picture."""
        return Decimal(self.width * self.height) / PIXELS_PER_MEGAPIXEL

    @property
    def exact_credits(self) -> Decimal:
        """Before it is rounded."""
        return self.megapixels * self.steps * self.count * self.credits_per_megapixel_step

    @property
    def credits(self) -> int:
        """What is held."""
        return max(1, int(self.exact_credits.to_integral_value(ROUND_CEILING)))
