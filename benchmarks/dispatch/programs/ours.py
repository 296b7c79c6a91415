"""`services.dispatch`: everything on, fifty tenants or as many as asked for, three priorities."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

from benchmarks.dispatch.programs.shared import (
    PAUSE_S,
    REST_S,
    Meter,
    arguments,
    note,
    tell,
    timed,
)
from services.contracts.jobs import GenerationJob, JobResult, Outcome
from services.dispatch.claims import Claim, Entry
from services.dispatch.connection import connect
from services.dispatch.queue import Queue

AT_ONCE = 200
NOW = datetime.now(UTC)


def entry(number: int, tenants: int, sent_at: float = 0.0) -> Entry:
    """A job; its seed is its number, its prompt when it was sent."""
    job = GenerationJob(
        id=uuid4(),
        user_id=UUID(int=number % tenants + 1),
        checkpoint="tiny",
        prompt=str(sent_at),
        width=64,
        height=64,
        steps=4,
        guidance_scale=7.0,
        seed=number,
        submitted_at=NOW,
        object_prefix="x/",
    )
    return Entry(job, str(job.user_id), 1.0 + number % 3, number % 3)


def success(claim: Claim) -> JobResult:
    now = datetime.now(UTC)
    return JobResult(
        job_id=claim.job.id,
        attempt=claim.attempt,
        worker=claim.worker,
        outcome=Outcome.SUCCEEDED,
        gpu_seconds=0.01,
        started_at=now,
        finished_at=now,
    )


async def single(queue: Queue, count: int, tenants: int) -> None:
    for number in range(count):
        await queue.enqueue_many([entry(number, tenants)])


async def batch(queue: Queue, count: int, tenants: int) -> None:
    for start in range(0, count, 500):
        await queue.enqueue_many(
            [entry(number, tenants) for number in range(start, min(count, start + 500))]
        )


async def work(queue: Queue, meter: Meter) -> None:
    """Two take turns: while one waits for the server, the other has jobs in hand."""
    await asyncio.gather(*(take_turns(queue, meter) for _ in range(2)))
    tell(meter.told())


async def take_turns(queue: Queue, meter: Meter) -> None:
    while meter.count < meter.wanted:
        claims = await queue.claim_many("w1", AT_ONCE, 30, 0.2, checkpoints=["tiny"])
        for claim in claims:
            meter.start(float(claim.job.prompt))
        await queue.finish_many([(claim, success(claim)) for claim in claims])


async def send(queue: Queue, count: int) -> None:
    for number in range(count):
        await asyncio.sleep(PAUSE_S)
        await queue.enqueue_many([entry(number, 50, time.monotonic())])


async def serve(queue: Queue, path: str) -> None:
    keeping = asyncio.create_task(keep(queue))
    while not keeping.done():
        for claim in await queue.claim_many("w1", 10, 2.0, checkpoints=["tiny"]):
            note(path, claim.job.seed)
            await asyncio.sleep(REST_S)
            await queue.finish(claim, success(claim))


async def keep(queue: Queue) -> None:
    """What the generation service does."""
    while True:
        await queue.reclaim()
        await asyncio.sleep(0.2)


async def main() -> None:
    url, verb, what, tenants = arguments()
    redis = connect(url)
    queue = Queue(redis, "bench")
    if verb in ("single", "batch"):
        put = single if verb == "single" else batch
        await timed(lambda: put(queue, int(what), int(tenants)))
    elif verb in ("work", "listen"):
        await work(queue, Meter(int(what)))
    elif verb == "send":
        await timed(lambda: send(queue, int(what)))
    else:
        await serve(queue, what)
    await redis.aclose()


asyncio.run(main())
