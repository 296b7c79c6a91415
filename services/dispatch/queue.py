"""The queue: fair between tenants, leased to workers, at least once.

Every change is one Lua script (see `lua/prelude.lua` for the keys). All methods raise
QueueUnavailable while Redis is away; all may be repeated after that. A job waits in the lane of its
checkpoint and kind (`GenerationJob.lane`), so that a worker is only woken for, and only given, what
it can serve.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from redis.asyncio import Redis

from services.contracts.events import JobNews, ProgressNews
from services.contracts.jobs import GenerationJob, JobResult, Outcome
from services.contracts.workers import WorkerProfile
from services.dispatch.claims import Cancelled, Claim, DeadLetter, Entry, Reclaimed
from services.dispatch.connection import LONGEST_BLOCK_S
from services.dispatch.progress import Reporter
from services.dispatch.registry import Registry
from services.dispatch.scripts import Scripts, answer

MAX_ATTEMPTS = 3
BACKOFF_S = 1.0
AT_ONCE = 100
AT_ONCE = 100
# lua/prelude.lua keeps to these, whatever is asked for: a share of nothing or of all is no share.
SMALLEST_WEIGHT = 0.01
LARGEST_WEIGHT = 1000.0


def key_prefix(name: str) -> str:
    """All keys of a queue share it; the braces keep them in one slot."""
    return f"{{pingvas:{name}}}"


class Queue:
    """`name` is the environment: two environments never share a key."""

    def __init__(
        self,
        redis: Redis,
        name: str,
        *,
        max_attempts: int = MAX_ATTEMPTS,
        backoff_s: float = BACKOFF_S,
    ) -> None:
        self._redis = redis
        self._prefix = key_prefix(name)
        self._scripts = Scripts(redis, self._prefix)
        self._registry = Registry(redis, self._prefix)
        self._reporter = Reporter(self._scripts)
        self._max_attempts = max_attempts
        self._backoff_s = backoff_s

    # What the generation service does

    async def enqueue(
        self, job: GenerationJob, tenant: str, weight: float = 1.0, priority: int = 0
    ) -> bool:
        """Put a job in; False if it is known already or was cancelled."""
        return await self.enqueue_many([Entry(job, tenant, weight, priority)]) == 1

    async def enqueue_many(self, entries: Sequence[Entry]) -> int:
        """Put jobs in, in this order and in one round trip for a hundred; how many were new."""
        new = 0
        for start in range(0, len(entries), AT_ONCE):
            parts = [part for entry in entries[start : start + AT_ONCE] for part in entry.parts()]
            new += sum(await self._scripts.run("enqueue", *parts))
        return new

    async def cancel(self, job_id: UUID) -> Cancelled:
        """Take a job out, or mark it so that its worker stops. It will not be queued again."""
        return Cancelled(await self._scripts.run("cancel", str(job_id)))

    async def announce(self, *told: tuple[UUID, JobNews]) -> None:
        """Tell people, by their ids, what happened to their jobs; the record knows it already."""
        await self._reporter.announce(told)

    async def reclaim(self) -> Reclaimed:
        """Put back what lost workers held, and what was delayed until now. Many may run it."""
        back, dead, promoted, due_ms = await self._scripts.run("reclaim", self._max_attempts)
        return Reclaimed(back, dead, promoted, None if due_ms < 0 else due_ms / 1000)

    async def knows(self, job_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the jobs that wait, run, or have a result nobody settled yet."""
        pipe = self._redis.pipeline(transaction=False)
        for job_id in job_ids:
            pipe.exists(f"{self._prefix}:job:{job_id}")
        found = await answer(pipe.execute())
        return {job_id for job_id, there in zip(job_ids, found, strict=True) if there}

    async def depth(self) -> int:
        """How many jobs wait for a worker."""
        return int(await answer(self._redis.get(f"{self._prefix}:depth")) or 0)

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """The latest jobs that were given up, newest first."""
        rows = await answer(
            self._redis.zrange(f"{self._prefix}:dead", 0, limit - 1, desc=True, withscores=True)
        )
        letters = [await self._dead_letter(job_id, since_ms) for job_id, since_ms in rows]
        return [letter for letter in letters if letter]

    # What a worker does

    async def claim(
        self,
        worker: str,
        lease_s: float = 30.0,
        timeout_s: float = LONGEST_BLOCK_S,
        *,
        checkpoints: Collection[str],
    ) -> Claim | None:
        """The next job in these lanes; sleeps on a doorbell up to `timeout_s`, then None.

        A checkpoint's name is the lane of its text-to-image jobs.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            claim = await self._take(worker, lease_s, checkpoints)
            left_s = deadline - time.monotonic()
            if claim or left_s <= 0:
                return claim
            await self._wait_for_bell(checkpoints, min(left_s, LONGEST_BLOCK_S))

    async def extend(self, claim: Claim) -> bool:
        """Hold on for another `claim.lease_s`; False when the lease was lost: stop the work."""
        lease_ms = int(claim.lease_s * 1000)
        return bool(await self._scripts.run("extend", str(claim.job.id), claim.token, lease_ms))

    async def is_cancelled(self, job_id: UUID) -> bool:
        """Was the job cancelled? Its worker stops and finishes it: failed, code `cancelled`."""
        return bool(await answer(self._redis.exists(f"{self._prefix}:cancelled:{job_id}")))

    async def finish(self, claim: Claim, result: JobResult) -> bool:
        """Hand in the result; False when the lease was lost: drop it, another attempt counts.

        A retryable failure goes back to the queue after a back-off until its attempts are used up.
        """
        again = result.outcome is Outcome.FAILED and result.retryable
        return bool(
            await self._scripts.run(
                "finish",
                str(claim.job.id),
                claim.token,
                result.model_dump_json(),
                int(again),
                self._max_attempts,
                int(self._backoff_s * 1000),
                result.gpu_seconds if result.outcome is Outcome.SUCCEEDED else 0,
                result.gpu_seconds if result.outcome is Outcome.SUCCEEDED else 0,
            )
        )

    async def release(self, claim: Claim, delay_s: float = 0.0) -> bool:
        """Hand the job back unharmed (the worker is leaving): no strike. False when it was lost."""
        delay_ms = int(delay_s * 1000)
        return bool(await self._scripts.run("release", str(claim.job.id), claim.token, delay_ms))

    async def report(self, claim: Claim, news: ProgressNews) -> bool:
        """Tell the owner how far the job is; False, and nothing is told, when it was lost."""
        return await self._reporter.step(claim, news)

    async def register(self, profile: WorkerProfile, ttl_s: float = 30.0) -> None:
        """Announce a worker; renew before `ttl_s` is over."""
        await self._registry.register(profile, ttl_s)

    async def deregister(self, name: str) -> None:
        """A worker leaves."""
        await self._registry.deregister(name)

    async def workers(self) -> list[WorkerProfile]:
        """The workers alive now."""
        return await self._registry.workers()

    async def advise(self, checkpoints: Sequence[str]) -> None:
        """Tell workers which checkpoints to have at hand; the model service says it again."""
        await self._registry.advise(checkpoints)

    async def advised(self) -> list[str]:
        """What workers were told to have at hand."""
        return await self._registry.advised()

    async def _take(
        self, worker: str, lease_s: float, checkpoints: Collection[str]
    ) -> Claim | None:
        token = uuid4().hex
        taken = await self._scripts.run("claim", worker, token, int(lease_s * 1000), *checkpoints)
        if not taken:
            return None
        _, body, attempt, strikes = taken
        job = GenerationJob.model_validate_json(body).model_copy(update={"attempt": attempt})
        return Claim(job, worker, token, lease_s, strikes)

    async def _wait_for_bell(self, checkpoints: Collection[str], timeout_s: float) -> None:
        bells = [f"{self._prefix}:bell:{checkpoint}" for checkpoint in checkpoints]
        if bells:
            await answer(self._redis.blpop(bells, timeout=timeout_s))
        else:
            await asyncio.sleep(timeout_s)

    async def _dead_letter(self, job_id: str, since_ms: float) -> DeadLetter | None:
        body, strikes = await answer(
            self._redis.hmget(f"{self._prefix}:job:{job_id}", ["body", "strikes"])
        )
        if body is None:
            return None
        job = GenerationJob.model_validate_json(body)
        return DeadLetter(job, int(strikes), since_ms / 1000)
