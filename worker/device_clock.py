"""What the device's time goes to: pictures, waiting for weights, or waiting for a job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

BUSY, COLD, WARM_IDLE = "busy", "cold", "warm_idle"


class DeviceClock:
    """Every second belongs to one state; loading beside pictures costs the device nothing.

    `spend` hears of each piece: the state and its seconds.
    """

    def __init__(self, spend: Callable[[str, float], None]) -> None:
        self._spend = spend
        self._running = {BUSY: 0, COLD: 0}
        self._since = perf_counter()

    @property
    def state(self) -> str:
        """What it does now."""
        return next((state for state, count in self._running.items() if count), WARM_IDLE)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While pictures are made."""
        with self._in(BUSY):
            yield

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While weights are read."""
        with self._in(COLD):
            yield

    def settle(self) -> None:
        """Tell the time of the state that goes on."""
        moment = perf_counter()
        self._spend(self.state, moment - self._since)
        self._since = moment

    @contextmanager
    def _in(self, state: str) -> Iterator[None]:
        self.settle()
        self._running[state] += 1
        try:
            yield
        finally:
            self.settle()
            self._running[state] -= 1
