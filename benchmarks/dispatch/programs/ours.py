"""`services.dispatch`: everything on, fifty tenants or as many as asked for, three priorities.

What is put in is there before the clock starts, as a service has its job and a peer its arguments;
making text of it is inside, for everybody.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from benchmarks.dispatch.programs.shared import (
    REST_S,
    Meter,
    arguments,
    note,
    sent,
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
        prompt="a lighthouse",
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


async def single(queue: Queue, entries: Sequence[Entry]) -> None:
    for each in entries:
        await queue.enqueue_many([each])


async def batch(queue: Queue, entries: Sequence[Entry]) -> None:
    for start in range(0, len(entries), 500):
        await queue.enqueue_many(entries[start : start + 500])


PUT = {"single": single, "batch": batch}


async def work(queue: Queue, meter: Meter) -> None:
    """Two take turns: while one waits for the server, the other has jobs in hand."""
    await asyncio.gather(*(take_turns(queue, meter) for _ in range(2)))
    tell(meter.told())


async def take_turns(queue: Queue, meter: Meter) -> None:
    while not meter.is_over:
        claims = await queue.claim_many("w1", AT_ONCE, 30, 0.2, checkpoints=["tiny"])
        for claim in claims:
            meter.start(claim.job.seed)
        await queue.finish_many([(claim, success(claim)) for claim in claims])


async def listen(queue: Queue, meter: Meter) -> None:
    """One job at a time, as our worker takes them."""
    while not meter.is_over:
        claim = await queue.claim("w1", checkpoints=["tiny"])
        if claim:
            meter.start(claim.job.seed)
            await queue.finish(claim, success(claim))
    tell(meter.told())


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
        await timed(PUT[verb](queue, entries))
    elif verb == "send":
        entries = [entry(number, 50) for number in range(int(what))]
        await sent(int(what), lambda number: queue.enqueue_many([entries[number]]))
    elif verb in ("work", "listen"):
        take = work if verb == "work" else listen
        await take(queue, Meter(int(what)))
    else:
        await serve(queue, what)
    await redis.aclose()


asyncio.run(main())
