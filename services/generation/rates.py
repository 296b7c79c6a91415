"""How many requests a person may make in a minute: decided here at once, shared afterwards.

GCRA: each person has a clock that every request moves on by 60 s / limit; one that would be more
than a minute ahead refuses. The clock is in this process, so a request waits for nobody; what was
spent is told to the others every few milliseconds (`background/rate_sharing.py`), and their
spending is learnt. While Redis is away each replica counts alone: the limit then holds for each.
"""

import time
from collections.abc import Callable, Mapping

WINDOW_S = 60.0
PERSONS_AT_MOST = 10_000


class Rates:
    """The clocks of those who asked lately."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._clocks: dict[str, float] = {}
        self._unshared: dict[str, float] = {}

    def spend(self, person: str, requests_per_minute: int) -> float:
        """0 when the request may go on; else the seconds after which one may, nothing spent."""
        now, step = self._now(), WINDOW_S / requests_per_minute
        ahead = max(0.0, self._clocks.get(person, 0.0) - now) + step
        # A clock that is a whole window ahead by rounding is no reason to refuse.
        if ahead > WINDOW_S + step / 1000:
            return ahead - WINDOW_S
        self._clocks[person] = now + ahead
        self._unshared[person] = self._unshared.get(person, 0.0) + step
        return 0.0

    def take_unshared(self) -> Mapping[str, float]:
        """What each person spent here since the last call, in seconds of their clock."""
        spent, self._unshared = self._unshared, {}
        if len(self._clocks) > PERSONS_AT_MOST:
            now = self._now()
            self._clocks = {who: clock for who, clock in self._clocks.items() if clock > now}
        return spent

    def learn(self, ahead: Mapping[str, float]) -> None:
        """How many seconds ahead these persons are over all replicas, without what is unshared."""
        now = self._now()
        for person, seconds in ahead.items():
            self._clocks[person] = now + seconds + self._unshared.get(person, 0.0)
