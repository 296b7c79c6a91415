"""When a job may begin and be done: what was measured, the work that goes first, and the workers.

Work is in seconds of a GPU: megapixel-steps times the measured speed of their checkpoint and kind.
Under weighted fair sharing, while a person is given `own` seconds, another one who waits is given
at most `own` times the ratio of their weights, and no more than they wait for. The sum over all is
what goes first. An answer is a span, from the faster and the slower quarter of what was measured;
nothing measured or nobody working is no answer.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from statistics import median, quantiles
from typing import Self

from services.generation.schemas.generations import Eta, Span

LATE_AT_MOST = 100


@dataclass(frozen=True)
class Load:
    """What one person has in one lane: `units` are megapixel-steps."""

    user: str
    weight: float
    lane: str
    waiting_jobs: int
    waiting_units: float
    running_units: float

    @classmethod
    def of(cls, wish: "Wish") -> Self:
        """What a job adds when it begins to wait."""
        return cls(wish.user, wish.weight, wish.lane, 1, wish.units, 0.0)


@dataclass(frozen=True)
class Wish:
    """A job to be reckoned. One that waits already is behind `units_ahead` of the person's own; one
    that does not, with None there, would be behind all of them.
    """

    user: str
    weight: float
    lane: str
    units: float
    running_at_most: int
    units_ahead: float | None = None


class Crowd:
    """Persons who wait, by how long their waiting work keeps them at their share."""

    def __init__(self, seconds: dict[str, float], weights: dict[str, float]) -> None:
        self._seconds, self._weights = seconds, weights
        self._late: defaultdict[str, float] = defaultdict(float)
        self._sort()

    def _sort(self) -> None:
        seconds, weights = self._seconds, self._weights
        rows = sorted((seconds[user] / weights[user], user) for user in seconds)
        self._until = [until for until, _ in rows]
        self._done = [0.0, *accumulate(seconds[user] for _, user in rows)]
        self._weight = [0.0, *accumulate(weights[user] for _, user in rows)]

    def served(self, share: float) -> float:
        """What all get together while a weight of 1 gets `share` seconds."""
        finished = bisect_left(self._until, share)
        known = self._done[finished] + (self._weight[-1] - self._weight[finished]) * share
        return known + sum(self._served_late(user, share) for user in self._late)

    def join(self, user: str, weight: float, seconds: float) -> None:
        """Somebody waits for more; sorted anew only now and then, since each submit comes here."""
        self._weights.setdefault(user, weight)
        self._late[user] += seconds
        if len(self._late) > LATE_AT_MOST:
            for each, more in self._late.items():
                self._seconds[each] = self._seconds.get(each, 0.0) + more
            self._late.clear()
            self._sort()

    def _served_late(self, user: str, share: float) -> float:
        """What this person gets beyond what they get of what was sorted."""
        most, before = share * self._weights[user], self._seconds.get(user, 0.0)
        return min(before + self._late[user], most) - min(before, most)


@dataclass(frozen=True)
class Speed:
    """GPU-seconds per megapixel-step of one lane, from the latest finished jobs."""

    samples: Sequence[float]

    @cached_property
    def middle(self) -> float:
        """The median."""
        return median(self.samples)

    @cached_property
    def spread(self) -> tuple[float, float]:
        """The faster and the slower quarter, as parts of the median."""
        if len(self.samples) < 2:
            return 0.5, 2.0
        fast, _, slow = quantiles(self.samples, n=4, method="inclusive")
        return fast / self.middle, slow / self.middle


@dataclass(frozen=True)
class Pool:
    """The lanes that compete for the same workers: who waits there, and what runs, in seconds."""

    crowd: Crowd
    running: float


class Forecast:
    """Facts of one moment and the jobs that were counted in since, and what follows from them."""

    def __init__(
        self,
        loads: Iterable[Load],
        workers: Sequence[frozenset[str]],
        speeds: Mapping[str, Sequence[float]],
    ) -> None:
        self._loads = list(loads)
        self._by_user: defaultdict[str, list[Load]] = defaultdict(list)
        for load in self._loads:
            self._by_user[load.user].append(load)
        self._workers = workers
        self._speeds = {lane: Speed(samples) for lane, samples in speeds.items() if samples}
        self._pools: dict[tuple[str, frozenset[str]], Pool] = {}

    def count(self, load: Load) -> None:
        """Work has begun to wait since that moment."""
        self._loads.append(load)
        self._by_user[load.user].append(load)
        for (lane, lanes), pool in self._pools.items():
            if load.lane in lanes:
                seconds = load.waiting_units * self._speed_of(load, lane)
                pool.crowd.join(load.user, load.weight, seconds)

    def eta(self, wish: Wish) -> Eta | None:
        """Null when no job of its checkpoint and kind was measured, or nobody serves them."""
        speed, crew = self._speeds.get(wish.lane), self._crew(wish.lane)
        if speed is None or not crew:
            return None
        rivals = frozenset[str]().union(*crew)
        job, own = wish.units * speed.middle, self._own_seconds(wish, rivals)
        # A job that waits already is itself in the crowd.
        share, itself = (own + job) / wish.weight, 0.0 if wish.units_ahead is None else job
        near = self._pool(wish.lane, frozenset({wish.lane})).crowd.served(share) - itself
        wide = self._pool(wish.lane, rivals)
        far = max(0.0, wide.crowd.served(share) - itself) + wide.running
        alone = own / min(wish.running_at_most, len(crew))
        fast, slow = speed.spread
        earliest = max(0.0, near) / len(crew) * fast
        latest = max(far / len(crew), alone) * slow
        return Eta(
            starts_in=_span(earliest, latest),
            finishes_in=_span(earliest + job * fast, latest + job * slow),
            finished_jobs=len(speed.samples),
            seconds_per_megapixel_step=round(speed.middle, 4),
            workers=len(crew),
            seconds_ahead=round(far, 1),
        )

    def next_place_s(self, wish: Wish) -> float | None:
        """When the first of the person's waiting jobs has begun at the latest."""
        speed, crew = self._speeds.get(wish.lane), self._crew(wish.lane)
        rivals = frozenset[str]().union(*crew)
        jobs = sum(load.waiting_jobs for load in self._by_user[wish.user] if load.lane in rivals)
        if speed is None or not crew or not jobs:
            return None
        average = self._own_seconds(wish, rivals) / jobs
        pool = self._pool(wish.lane, rivals)
        ahead = pool.crowd.served(average / wish.weight) - average + pool.running
        _, slow = speed.spread
        return max(0.0, ahead) / len(crew) * slow

    def _crew(self, lane: str) -> list[frozenset[str]]:
        return [lanes for lanes in self._workers if lane in lanes]

    def _own_seconds(self, wish: Wish, lanes: frozenset[str]) -> float:
        if wish.units_ahead is not None:
            return wish.units_ahead * self._speeds[wish.lane].middle
        own = (load for load in self._by_user[wish.user] if load.lane in lanes)
        return sum(load.waiting_units * self._speed_of(load, wish.lane) for load in own)

    def _pool(self, lane: str, lanes: frozenset[str]) -> Pool:
        if (lane, lanes) not in self._pools:
            self._pools[lane, lanes] = self._gather(lane, lanes)
        return self._pools[lane, lanes]

    def _gather(self, lane: str, lanes: frozenset[str]) -> Pool:
        waiting: defaultdict[str, float] = defaultdict(float)
        weights: dict[str, float] = {}
        running = 0.0
        for load in self._loads:
            if load.lane in lanes:
                speed = self._speed_of(load, lane)
                waiting[load.user] += load.waiting_units * speed
                weights[load.user] = load.weight
                running += load.running_units * speed
        return Pool(Crowd(waiting, weights), running / 2)  # on average half of it is done

    def _speed_of(self, load: Load, otherwise: str) -> float:
        """A lane that was not measured counts as if it were as fast as the one asked about."""
        return (self._speeds.get(load.lane) or self._speeds[otherwise]).middle


def _span(earliest_s: float, latest_s: float) -> Span:
    return Span(earliest_s=round(earliest_s, 1), latest_s=round(max(earliest_s, latest_s), 1))
