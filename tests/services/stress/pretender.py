"""A worker without pictures: takes jobs from the real queue, and ends them in every possible way.

Run as `python -m tests.services.stress.pretender`, on PINGVAS_REDIS_URL; it is killed at will.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from services.contracts.jobs import JobResult, Outcome, StoredImage
from services.contracts.object_keys import image_key
from services.contracts.workers import WorkerProfile
from services.dispatch.claims import Claim
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue

CHECKPOINT = "tiny"
AT_ONCE = 4
LEASE_S = 2.0
Ending = Callable[[Claim], Awaitable[JobResult | None]]


def result(claim: Claim, outcome: Outcome, *, retryable: bool = False) -> JobResult:
    """How the attempt ended; a success names as many pictures as were asked for."""
    now = datetime.now(UTC)
    job = claim.job
    done = outcome is Outcome.SUCCEEDED
    return JobResult(
        job_id=job.id,
        attempt=claim.attempt,
        worker=claim.worker,
        outcome=outcome,
        images=tuple(
            StoredImage(
                position=position,
                object_key=image_key(job.user_id, job.id, position),
                width=job.width,
                height=job.height,
                size_bytes=1,
                sha256="a" * 64,
            )
            for position in range(job.count if done else 0)
        ),
        error_code=None if done else "worker.failed",
        retryable=retryable,
        gpu_seconds=0.01,
        started_at=now,
        finished_at=now,
    )


async def succeed(claim: Claim) -> JobResult:
    """After a moment of work."""
    await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - a test's dice
    return result(claim, Outcome.SUCCEEDED)


async def fail(claim: Claim) -> JobResult:
    """For good."""
    return result(claim, Outcome.FAILED)


async def stumble(claim: Claim) -> JobResult:
    """In a way that another attempt may mend."""
    return result(claim, Outcome.FAILED, retryable=True)


async def oversleep(claim: Claim) -> JobResult:
    """Done, but the lease was lost by then."""
    await asyncio.sleep(LEASE_S * 1.5)
    return result(claim, Outcome.SUCCEEDED)


async def vanish(_claim: Claim) -> None:
    """As a worker that dies: the lease runs out."""


ENDINGS: tuple[tuple[Ending, int], ...] = (
    (succeed, 80),
    (fail, 8),
    (stumble, 7),
    (oversleep, 2),
    (vanish, 3),
)


async def work(queue: Queue, name: str) -> None:
    """Take jobs for ever."""
    while True:
        try:
            claim = await queue.claim(name, LEASE_S, timeout_s=1, checkpoints=[CHECKPOINT])
            if claim is not None:
                await handle(queue, claim)
        except QueueUnavailable:
            await asyncio.sleep(0.1)


async def handle(queue: Queue, claim: Claim) -> None:
    """End one job, as the dice say."""
    ways, weights = zip(*ENDINGS, strict=True)
    way: Ending = random.choices(ways, weights)[0]  # noqa: S311 - a test's dice
    told = await fail(claim) if await queue.is_cancelled(claim.job.id) else await way(claim)
    if told is not None:
        await queue.finish(claim, told)


async def be_present(queue: Queue, name: str) -> None:
    """Stay registered."""
    profile = WorkerProfile(
        name=name, device="cpu", checkpoints={CHECKPOINT: "0" * 64}, abilities=("text_to_image",)
    )
    while True:
        with suppress(QueueUnavailable):
            await queue.register(profile, ttl_s=10)
        await asyncio.sleep(1)


async def main() -> None:
    """Be one worker with several hands."""
    name = f"pretender-{uuid4().hex[:8]}"
    queue = Queue(connect(os.environ["PINGVAS_REDIS_URL"]), "dev", backoff_s=0.1)
    async with asyncio.TaskGroup() as hands:
        hands.create_task(be_present(queue, name))
        for _ in range(AT_ONCE):
            hands.create_task(work(queue, name))


if __name__ == "__main__":
    asyncio.run(main())
