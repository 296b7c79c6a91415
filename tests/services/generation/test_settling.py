"""A hold is settled exactly once: whoever ends the job, however often, late or at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import pytest
from redis.asyncio import Redis

from services.contracts.jobs import JobResult
from services.dispatch.claims import Claim
from services.dispatch.queue import Queue
from services.dispatch.wholeness import Wholeness
from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.record_progress import RecordProgress
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.background.sweep import Sweep
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person, balance_of, ledger_of
from tests.services.generation.work import (
    Submitting,
    a_request,
    failure,
    images_of,
    status_of,
    success,
    take,
)

RELEASED = ["hold", "release"]
SETTLED = {
    "succeeded": ["hold", "capture"],
    "failed": RELEASED,
    "cancelled": RELEASED,
}


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database, 100)


@pytest.fixture
async def claim(submit: Submitting, queue: Queue, person: Caller) -> Claim:
    await submit.run(person, a_request(), "k")
    return await take(queue)


async def require_settled(database: Database, person: Caller, claim: Claim) -> str:
    status = await status_of(database, claim.job.id)
    kinds = [kind for kind, _ in await ledger_of(database, claim.job.id)]
    assert kinds == SETTLED[status]
    assert await images_of(database, claim.job.id) == (1 if status == "succeeded" else 0)
    assert await balance_of(database, person) == (99 if status == "succeeded" else 100)
    return status


@pytest.mark.parametrize("late", [success, failure])
async def test_a_result_after_a_cancellation_changes_nothing(
    database: Database,
    record: RecordProgress,
    cancel: CancelJob,
    claim: Claim,
    person: Caller,
    late: Callable[[Claim], JobResult],
) -> None:
    await cancel.run(person, claim.job.id)
    for result in (late(claim), late(claim), success(claim)):
        await record.finished(result)
    assert await require_settled(database, person, claim) == "cancelled"


@pytest.mark.parametrize("late", [success, failure])
async def test_a_result_after_a_failure_changes_nothing(
    database: Database,
    record: RecordProgress,
    claim: Claim,
    person: Caller,
    late: Callable[[Claim], JobResult],
) -> None:
    await asyncio.gather(*(record.finished(failure(claim)) for _ in range(4)))
    await record.finished(late(claim))
    await record.give_up(claim.job.id, "result_unreadable")
    assert await require_settled(database, person, claim) == "failed"


async def test_a_doubled_event_in_the_stream_settles_once(
    database: Database,
    redis: Redis,
    queue: Queue,
    consumer: ResultsConsumer,
    claim: Claim,
    person: Caller,
) -> None:
    assert await queue.finish(claim, failure(claim))
    assert await queue.finish(claim, failure(claim)), "a repeat after a lost answer is taken in"
    body = success(claim).model_dump_json()
    await redis.xadd(
        "{pingvas:dev}:results", {"kind": "result", "job_id": str(claim.job.id), "body": body}
    )
    await consumer.turn()
    assert await require_settled(database, person, claim) == "failed"


async def test_the_last_lost_worker_settles_and_its_late_result_does_not(
    database: Database,
    queue: Queue,
    submit: Submitting,
    consumer: ResultsConsumer,
    record: RecordProgress,
    person: Caller,
) -> None:
    await submit.run(person, a_request(), "k")
    for _ in range(9):
        lost = await take(queue, lease_s=0.001)
        await asyncio.sleep(0.01)
        await queue.reclaim()
    await consumer.turn()
    assert await require_settled(database, person, lost) == "failed"
    assert not await queue.finish(lost, success(lost))
    await record.finished(success(lost))
    assert await require_settled(database, person, lost) == "failed"


@pytest.mark.parametrize("seed", range(6))
async def test_everything_at_once_in_any_order_settles_once(
    database: Database,
    queue: Queue,
    record: RecordProgress,
    cancel: CancelJob,
    claim: Claim,
    person: Caller,
    wholeness: Wholeness,
    settings: GenerationSettings,
    seed: int,
) -> None:
    sweep = Sweep(database, queue, wholeness, settings)
    ways: Sequence[Callable[[], Awaitable[object]]] = [
        lambda: record.finished(success(claim)),
        lambda: record.finished(failure(claim)),
        lambda: record.give_up(claim.job.id, "result_unreadable"),
        lambda: cancel.run(person, claim.job.id),
        lambda: cancel.end(claim.job.id),
        lambda: queue.finish(claim, success(claim)),
        sweep.turn,
    ]
    chance = random.Random(seed)  # noqa: S311 - an order that can be repeated, guards nothing
    twice = chance.sample([*ways, *ways], 2 * len(ways))
    await asyncio.gather(*(way() for way in twice), return_exceptions=True)
    await require_settled(database, person, claim)
