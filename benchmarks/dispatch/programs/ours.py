"""`services.dispatch`: everything on, fifty tenants or as many as asked for, three priorities.

What is put in is there before the clock starts, as a service has its job and a peer its arguments;
making text of it is inside, for everybody.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
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


def entry(number: int, tenants: int) -> Entry:
    """A job; its seed is its number."""
    job = GenerationJob(
        id=uuid4(),
        user_id=UUID(int=number % tenants + 1),
        checkpoint="tiny",
        prompt="0.0",
        width=64,
        height=64,
        steps=4,
        guidance_scale=7.0,
        seed=number,
        submitted_at=NOW,
        object_prefix="x/",
    )
    return Entry(job, str(job.user_id), 1.0 + number % 3, number % 3)


def sent_now(it: Entry) -> Entry:
    """Its prompt is when it was sent, in seconds of the monotonic clock."""
    sent_at = time.monotonic()
    return replace(it, job=it.job.model_copy(update={"prompt": str(sent_at)}))


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


async def single(queue: Queue, entries: Sequence[Entry]) -> None:
    for each in entries:
        await queue.enqueue_many([each])


async def batch(queue: Queue, entries: Sequence[Entry]) -> None:
    for start in range(0, len(entries), 500):
        await queue.enqueue_many(entries[start : start + 500])


async def send(queue: Queue, entries: Sequence[Entry]) -> None:
    for each in entries:
        await asyncio.sleep(PAUSE_S)
        await queue.enqueue_many([sent_now(each)])


PUT = {"single": single, "batch": batch, "send": send}


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
    if verb in PUT:
        entries = [entry(number, int(tenants)) for number in range(int(what))]
        await timed(lambda: PUT[verb](queue, entries))
    elif verb in ("work", "listen"):
        await work(queue, Meter(int(what)))
    else:
        await serve(queue, what)
    await redis.aclose()


asyncio.run(main())
