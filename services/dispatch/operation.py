"""What an operator sees of the queue and does to it: dead letters, one job, pause and resume.

Whoever lets a dead letter run again settles with the record first: nothing here charges anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from redis.asyncio import Redis

from services.dispatch.claims import DeadLetter, message_of
from services.dispatch.queue import key_prefix, queue_prefix
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
        self._prefix = queue_prefix(name)
        self._scripts = Scripts(redis, key_prefix(name))

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
        if not rows:
            return []
        ids = [job_id for job_id, _ in rows]
        pipe = self._redis.pipeline(transaction=False)
        pipe.hmget(f"{self._prefix}:jobs", ids)
        pipe.hmget(f"{self._prefix}:tries", ids)
        texts, tries = await answer(pipe.execute())
        letters = (
            _letter(text, tried, since_ms)
            for (_, since_ms), text, tried in zip(rows, texts, tries, strict=True)
        )
        return [letter for letter in letters if letter]

    async def entry(self, job_id: UUID) -> Mapping[str, str]:
        """What the queue knows of a job, field by field without its message; empty: nothing."""
        told = [str(part) for part in await self._scripts.run("show", str(job_id))]
        return {name: value for name, value in zip(told[::2], told[1::2], strict=True) if value}

    async def forget(self, job_ids: Sequence[UUID]) -> int:
        """Drop dead letters; how many there were. Jobs that are not dead stay."""
        return int(await self._scripts.run("forget", *map(str, job_ids)))


def _letter(text: str | None, tried: str | None, since_ms: float) -> DeadLetter | None:
    """`tried` begins with the attempts and the strikes, see `lua/prelude.lua`."""
    attempt, strikes, *_ = (tried or "0\t0").split("\t")
    try:
        return DeadLetter(message_of(text or "", int(attempt)), int(strikes), since_ms / 1000)
    except ValidationError:
        return None
