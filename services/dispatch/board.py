"""What the queue shows to those who bring jobs: how deep it is, who works, and how fast.

Read only, a few round trips whatever the depth; callers remember the answers for a moment.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from services.contracts.workers import WorkerProfile
from services.dispatch.queue import key_prefix, queue_prefix
from services.dispatch.scripts import answer


@dataclass(frozen=True)
class Situation:
    """`waiting` jobs, and of each worker that is alive the lanes that it serves."""

    waiting: int
    workers: Sequence[frozenset[str]]

    def serving(self, lane: str) -> int:
        """How many workers serve a lane."""
        return sum(lane in lanes for lanes in self.workers)


class Board:
    """`name` is the environment, as for the queue."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._prefix = key_prefix(name)
        self._queue = queue_prefix(name)

    async def situation(self) -> Situation:
        """As it is now. Raises QueueUnavailable."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.get(f"{self._queue}:depth")
        pipe.zrangebyscore(f"{self._prefix}:workers", time.time(), "+inf")
        depth, names = await answer(pipe.execute())
        texts = await answer(self._redis.hmget(f"{self._prefix}:profiles", names)) if names else []
        profiles = (WorkerProfile.model_validate_json(text) for text in texts if text)
        return Situation(int(depth or 0), [profile.served() for profile in profiles])

    async def speeds(self, lanes: Collection[str]) -> Mapping[str, Sequence[float]]:
        """The latest GPU-seconds per megapixel-step of each lane, in no order; none: not there."""
        pipe = self._redis.pipeline(transaction=False)
        for lane in lanes:
            pipe.lrange(f"{self._queue}:speed:{lane}", 0, -1)
        samples = await answer(pipe.execute()) if lanes else []
        told = zip(lanes, samples, strict=True)
        return {lane: [float(each) for each in listed] for lane, listed in told if listed}
