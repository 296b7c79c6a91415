"""Workers in a time of their own: a real queue, jobs that take what a test says, and no waiting."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.contracts.jobs import GenerationJob
from services.dispatch.claims import Claim
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_result

LEASE_S = 3600.0


@dataclass
class Fleet:
    """`seconds` tells what a job takes; a job's prompt is its tenant.

    `swap_s` is what a worker needs to load another checkpoint than its last.
    """

    queue: Queue
    workers: int
    lanes: Sequence[str]
    seconds: Callable[[GenerationJob], float]
    swap_s: float = 0.0
    is_warm: bool = True
    clock_s: float = 0.0
    had: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    jobs: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    order: list[str] = field(default_factory=list)
    swaps: int = 0
    _busy: list[tuple[float, int, Claim | None]] = field(default_factory=list)
    _loaded: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._busy = [(0.0, worker, None) for worker in range(self.workers)]

    async def turn(self) -> bool:
        """One worker ends what it has and takes the next; False when there was none."""
        self.clock_s, worker, ended = heapq.heappop(self._busy)
        if ended:
            await self._end(ended)
        loaded = [self._loaded[worker]] if worker in self._loaded and self.is_warm else []
        claim = await self.queue.claim(
            f"w{worker}", LEASE_S, timeout_s=0, checkpoints=self.lanes, warm=loaded
        )
        if claim is None:
            if not self._busy:
                return False
            heapq.heappush(self._busy, (self._busy[0][0], worker, None))
            return any(busy for _, _, busy in self._busy)
        until_s = self.clock_s + self._swap(worker, claim.job.lane) + self.seconds(claim.job)
        heapq.heappush(self._busy, (until_s, worker, claim))
        self.order.append(claim.job.prompt)
        return True

    async def turns(self, count: int) -> None:
        """So many, all of them with work."""
        for _ in range(count):
            assert await self.turn()

    @property
    def hit_rate(self) -> float:
        """The part of the jobs that found their checkpoint loaded."""
        return 1 - self.swaps / len(self.order)

    async def _end(self, claim: Claim) -> None:
        took_s = self.seconds(claim.job)
        assert await self.queue.finish(claim, a_result(claim, gpu_seconds=took_s))
        self.had[claim.job.prompt] += took_s
        self.jobs[claim.job.prompt] += 1

    def _swap(self, worker: int, lane: str) -> float:
        is_loaded = self._loaded.get(worker) == lane
        self._loaded[worker] = lane
        self.swaps += not is_loaded
        return 0.0 if is_loaded else self.swap_s


def jain(shares: Sequence[float]) -> float:
    """Jain's index of fairness: 1 when all are equal, 1/n when one has all."""
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))
