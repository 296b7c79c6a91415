"""The forecast of the moment, and the jobs that were taken here since it was asked for."""

from collections.abc import Awaitable, Callable

from services.generation.eta import Forecast, Load, Wish
from services.generation.facts.remembered import Remembered
from services.generation.schemas.generations import Eta

Reading = Callable[[], None]


class Outlook(Remembered[Forecast]):
    """Who only asks waits for a forecast with `get`. A submit does not wait, it takes what is."""

    def __init__(
        self, load: Callable[[Reading], Awaitable[Forecast]], for_s: float, *, share: float = 0.05
    ) -> None:
        """`load` calls what it is given right before it reads which jobs are open."""
        super().__init__(self._count, for_s, share=share)
        self._ask = load
        self._arrivals: list[Load] = []

    def take(self, wish: Wish) -> Eta | None:
        """Of a job that was committed just now, which counts from here on for all that follow.

        None when there is no fresh forecast, or `Forecast.eta` has none.
        """
        forecast, arrival = self.peek(), Load.of(wish)
        eta = forecast.eta(wish) if forecast else None
        self._arrivals.append(arrival)
        if forecast:
            forecast.count(arrival)
        return eta

    async def _count(self) -> Forecast:
        """What arrives during the reading counts too: it may count twice until the next one."""
        forecast = await self._ask(self._forget)
        for arrival in self._arrivals:
            forecast.count(arrival)
        self._forget()
        return forecast

    def _forget(self) -> None:
        self._arrivals = []
