"""The queue: fair between tenants, leased to workers, at least once.

Every change is one Lua script (see `lua/prelude.lua` for the keys). All methods raise
QueueUnavailable while Redis is away; all may be repeated after that. A job waits in the lane of its
checkpoint and kind (`GenerationJob.lane`), so that a worker is only woken for, and only given, what
it can serve.
"""

from collections.abc import Collection, Sequence
from typing import cast
from uuid import UUID

from redis.asyncio import Redis

from services.contracts.events import JobNews, ProgressNews
from services.contracts.jobs import GenerationJob, JobResult, Outcome
from services.contracts.workers import WorkerProfile
from services.dispatch.claiming import Claiming, Wish
from services.dispatch.claims import Cancelled, Claim, Entry, Reclaimed
from services.dispatch.connection import LONGEST_BLOCK_S
from services.dispatch.parts import in_parts
from services.dispatch.progress import Reporter
from services.dispatch.registry import Registry
from services.dispatch.scripts import Scripts, answer

MAX_ATTEMPTS = 3
BACKOFF_S = 1.0
LAYOUT = 2
# How far warmth may bend fairness: GPU-seconds by weight, and times in a row.
WINDOW_S = 60.0
LOOK_AHEAD = 8
# lua/prelude.lua keeps to these, whatever is asked for: a share of nothing or of all is no share.
SMALLEST_WEIGHT = 0.01
LARGEST_WEIGHT = 1000.0


def key_prefix(name: str) -> str:
    """All keys of a queue share it; the braces keep them in one slot."""
    return f"{{pingvas:{name}}}"


def queue_prefix(name: str) -> str:
    """Those of the queue itself, by the number of their layout (`lua/prelude.lua`)."""
    return f"{key_prefix(name)}:{LAYOUT}"


class Queue:
    """`name` is the environment: two environments never share a key."""

    def __init__(
        self,
        redis: Redis,
        name: str,
        *,
        max_attempts: int = MAX_ATTEMPTS,
        backoff_s: float = BACKOFF_S,
        window_s: float = WINDOW_S,
        look_ahead: int = LOOK_AHEAD,
    ) -> None:
        self._redis = redis
        self._prefix = key_prefix(name)
        self._own = queue_prefix(name)
        self._scripts = Scripts(redis, self._prefix)
        self._registry = Registry(redis, self._prefix)
        self._reporter = Reporter(self._scripts)
        self._claiming = Claiming(self._scripts, self._own, self.release)
        self._max_attempts = max_attempts
        self._backoff_s = backoff_s
        self._warmth = (look_ahead, window_s)

    # What the generation service does

    async def enqueue(
        self, job: GenerationJob, tenant: str, weight: float = 1.0, priority: int = 0
    ) -> bool:
        """Put a job in; False if it is known already or was cancelled."""
        return await self.enqueue_many([Entry(job, tenant, weight, priority)]) == 1

    async def enqueue_many(self, entries: Sequence[Entry]) -> int:
        """Put jobs in, in this order unless a connection is lost meanwhile; how many were new."""
        return sum(await in_parts(entries, self._enqueue))

    async def _enqueue(self, entries: Sequence[Entry]) -> Sequence[int]:
        words = [word for entry in entries for word in entry.parts()]
        return cast("list[int]", await self._scripts.run("enqueue", *words))

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
            pipe.hexists(f"{self._own}:jobs", str(job_id))
            pipe.hexists(f"{self._own}:finished", str(job_id))
        found = await answer(pipe.execute())
        told = zip(job_ids, found[::2], found[1::2], strict=True)
        return {job_id for job_id, is_open, is_finished in told if is_open or is_finished}

    async def depth(self) -> int:
        """How many jobs wait for a worker."""
        return int(await answer(self._redis.get(f"{self._own}:depth")) or 0)

    # What a worker does

    async def claim(
        self,
        worker: str,
        lease_s: float = 30.0,
        timeout_s: float = LONGEST_BLOCK_S,
        *,
        checkpoints: Collection[str],
        warm: Collection[str] = (),
    ) -> Claim | None:
        """The next job in these lanes; sleeps on a doorbell up to `timeout_s`, then None.

        A checkpoint's name is the lane of its text-to-image jobs. `warm` are the lanes whose
        checkpoint is loaded.
        """
        claims = await self.claim_many(
            worker, 1, lease_s, timeout_s, checkpoints=checkpoints, warm=warm
        )
        return claims[0] if claims else None

    async def claim_many(
        self,
        worker: str,
        at_most: int,
        lease_s: float = 30.0,
        timeout_s: float = LONGEST_BLOCK_S,
        *,
        checkpoints: Collection[str],
        warm: Collection[str] = (),
    ) -> list[Claim]:
        """As `claim`, and with the next job those that fairness puts behind it and that run in one
        batch with it (`claims.kin_of`), up to `at_most` in all. Jobs that can't be read are left to
        their leases; raises ValidationError when there are no others.
        """
        if not worker.isprintable():
            raise ValueError("a worker's name has a control character in it")
        wish = Wish(worker, at_most, lease_s, checkpoints, warm, self._warmth)
        return await self._claiming.claim(wish, timeout_s)

    async def extend(self, claim: Claim) -> bool:
        """Hold on for another `claim.lease_s`; False when the lease was lost: stop the work."""
        lease_ms = int(claim.lease_s * 1000)
        return bool(await self._scripts.run("extend", str(claim.job.id), claim.token, lease_ms))

    async def is_cancelled(self, job_id: UUID) -> bool:
        """Was the job cancelled? Its worker stops and finishes it: failed, code `cancelled`."""
        return bool(await answer(self._redis.exists(f"{self._own}:cancelled:{job_id}")))

    async def finish(self, claim: Claim, result: JobResult) -> bool:
        """Hand in the result; False when the lease was lost: drop it, another attempt counts.

        A retryable failure goes back to the queue after a back-off until its attempts are used up.
        Whatever the outcome, `gpu_seconds` is what the tenant is charged for the attempt.
        """
        return (await self.finish_many([(claim, result)]))[0]

    async def finish_many(self, done: Sequence[tuple[Claim, JobResult]]) -> list[bool]:
        """As `finish`, for each."""
        return [bool(taken) for taken in await in_parts(done, self._finish)]

    async def _finish(self, done: Sequence[tuple[Claim, JobResult]]) -> Sequence[int]:
        words = [word for each in done for word in _verdict(*each)]
        limits = (self._max_attempts, int(self._backoff_s * 1000))
        return cast("list[int]", await self._scripts.run("finish", *limits, *words))

    async def release(self, claim: Claim, delay_s: float = 0.0, gpu_seconds: float = 0.0) -> bool:
        """Hand the job back unharmed (the worker is leaving): no strike. False when it was lost.

        `gpu_seconds` is what the attempt took so far, which its tenant is charged.
        """
        delay_ms = int(delay_s * 1000)
        told = (str(claim.job.id), claim.token, delay_ms, gpu_seconds)
        return bool(await self._scripts.run("release", *told))

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


def _verdict(claim: Claim, result: JobResult) -> tuple[str | float, ...]:
    """What the script takes for each result, in its order."""
    again = result.outcome is Outcome.FAILED and result.retryable
    verdict = "again" if again else result.outcome.value
    body = result.model_dump_json(exclude_none=True)
    return (str(claim.job.id), claim.token, body, verdict, result.gpu_seconds)
