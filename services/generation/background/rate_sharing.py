"""Tells the other replicas what people have spent, and learns what they spent there."""

from services.dispatch.rates import SharedClocks
from services.generation.rates import Rates

EVERY_S = 0.05


class RateSharing:
    """What is spent while Redis is away is counted in this process alone."""

    def __init__(self, rates: Rates, shared: SharedClocks) -> None:
        self._rates = rates
        self._shared = shared

    async def turn(self) -> float:
        """One exchange."""
        spent = self._rates.take_unshared()
        if spent:
            self._rates.learn(await self._shared.spend(spent))
        return EVERY_S
