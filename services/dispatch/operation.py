"""What an operator sees of the queue and does to it: dead letters, one job, pause and resume.

Whoever lets a dead letter run again settles with the record first: nothing here charges anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from redis.asyncio import Redis

from services.contracts.jobs import GenerationJob
from services.dispatch.claims import DeadLetter
from services.dispatch.queue import key_prefix
from services.dispatch.scripts import Scripts, answer


@dataclass(frozen=True)
class Counts:
    """How many jobs wait, run, wait for another try, and were given up; and whether all rests."""

    waiting: int
    running: int
    delayed: int
    dead: int
    paused: bool


class Operation:
    """`name` is the environment, as for the queue. All raise QueueUnavailable without Redis."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._prefix = key_prefix(name)
        self._scripts = Scripts(redis, self._prefix)

    async def counts(self) -> Counts:
        """As it is now, in one round trip."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.get(f"{self._prefix}:depth")
        for name in ("leases", "delayed", "dead"):
            pipe.zcard(f"{self._prefix}:{name}")
        pipe.exists(f"{self._prefix}:paused")
        waiting, running, delayed, dead, paused = await answer(pipe.execute())
        return Counts(int(waiting or 0), running, delayed, dead, bool(paused))

    async def pause(self) -> None:
        """Workers get nothing more; what they have they finish. A loss of Redis ends it."""
        await answer(self._redis.set(f"{self._prefix}:paused", "1"))

    async def resume(self) -> None:
        """The opposite; wakes the workers."""
        await self._scripts.run("resume")

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """The latest jobs that were given up, newest first; without those that can't be read."""
        key = f"{self._prefix}:dead"
        rows = await answer(self._redis.zrange(key, 0, limit - 1, desc=True, withscores=True))
        pipe = self._redis.pipeline(transaction=False)
        for job_id, _ in rows:
            pipe.hmget(f"{self._prefix}:job:{job_id}", ["body", "strikes"])
        found = await answer(pipe.execute()) if rows else []
        letters = (
            _letter(body, strikes, since_ms)
            for (_, since_ms), (body, strikes) in zip(rows, found, strict=True)
        )
        return [letter for letter in letters if letter]

    async def entry(self, job_id: UUID) -> Mapping[str, str]:
        """What the queue knows of a job, field by field without its message; empty: nothing."""
        known = await answer(self._redis.hgetall(f"{self._prefix}:job:{job_id}"))
        worker = known.get("token", "").rpartition("/")[0]
        shown = {name: value for name, value in known.items() if name not in ("body", "token")}
        return {**shown, **({"worker": worker} if worker else {})}

    async def forget(self, job_ids: Sequence[UUID]) -> int:
        """Drop dead letters; how many there were. Jobs that are not dead stay."""
        return int(await self._scripts.run("forget", *map(str, job_ids)))


def _letter(body: str | None, strikes: str | None, since_ms: float) -> DeadLetter | None:
    try:
        job = GenerationJob.model_validate_json(body or "")
    except ValidationError:
        return None
    return DeadLetter(job, int(strikes or 0), since_ms / 1000)
