"""The record is stronger than the queue: what Redis lost comes back, what is over does not."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.wholeness import Wholeness
from services.generation.actions.cancel_job import CancelJob
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.background.sweep import Sweep
from services.generation.schemas.generations import Generation
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.ports import free_port
from tests.services.callers import a_person, balance_of
from tests.services.generation.work import (
    Submitting,
    a_request,
    images_of,
    status_of,
    success,
    take,
)


@pytest.fixture
def sweep(
    database: Database, queue: Queue, wholeness: Wholeness, settings: GenerationSettings
) -> Sweep:
    return Sweep(database, queue, wholeness, settings)


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database, 10)


async def submitted(submit: Submitting, person: Caller, count: int) -> list[Generation]:
    return [await submit.run(person, a_request(), f"k{index}") for index in range(count)]


async def test_a_lost_queue_is_rebuilt(
    redis: Redis, queue: Queue, submit: Submitting, sweep: Sweep, person: Caller
) -> None:
    jobs = await submitted(submit, person, 3)
    await redis.flushall()
    assert await queue.depth() == 0
    await sweep.turn()
    await sweep.turn()
    claimed = {(await take(queue)).job.id for _ in jobs}
    assert claimed == {job.id for job in jobs}
    assert await queue.depth() == 0


async def test_a_running_job_that_redis_lost_runs_again_and_counts_on(
    database: Database,
    redis: Redis,
    queue: Queue,
    submit: Submitting,
    sweep: Sweep,
    consumer: ResultsConsumer,
    person: Caller,
) -> None:
    (job,) = await submitted(submit, person, 1)
    lost = await take(queue)
    await consumer.turn()
    await redis.flushall()
    await consumer.turn()
    await sweep.turn()
    assert await status_of(database, job.id) == "queued"
    again = await take(queue)
    assert (again.attempt, again.job.seed) == (2, lost.job.seed)
    assert not await queue.finish(lost, success(lost)), "the first holder lost it"
    await queue.finish(again, success(again))
    await consumer.turn()
    assert await status_of(database, job.id) == "succeeded"
    assert await images_of(database, job.id) == 1
    assert await balance_of(database, person) == 9


async def test_a_finished_job_is_not_started_again_before_it_is_recorded(
    queue: Queue, submit: Submitting, sweep: Sweep, person: Caller
) -> None:
    await submitted(submit, person, 1)
    claim = await take(queue)
    await queue.finish(claim, success(claim))
    await sweep.turn()
    assert await queue.depth() == 0


async def test_what_is_over_stays_over(
    redis: Redis,
    queue: Queue,
    submit: Submitting,
    sweep: Sweep,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    person: Caller,
) -> None:
    done, cancelled = await submitted(submit, person, 2)
    claim = await take(queue)
    assert claim.job.id == done.id
    await queue.finish(claim, success(claim))
    await consumer.turn()
    await cancel.run(person, cancelled.id)
    await redis.flushall()
    await sweep.turn()
    assert await queue.depth() == 0


async def test_a_lost_job_that_was_to_stop_is_cancelled(
    database: Database,
    redis: Redis,
    queue: Queue,
    submit: Submitting,
    sweep: Sweep,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    person: Caller,
) -> None:
    (job,) = await submitted(submit, person, 1)
    await take(queue)
    await consumer.turn()
    await cancel.run(person, job.id)
    await redis.flushall()
    await sweep.turn()
    assert await status_of(database, job.id) == "cancelled"
    assert await balance_of(database, person) == 10
    assert await queue.depth() == 0


@pytest.fixture
async def cancel_without_redis(database: Database) -> AsyncIterator[CancelJob]:
    nowhere = connect(f"redis://127.0.0.1:{free_port()}/0")
    yield CancelJob(database, Queue(nowhere, "dev"))
    await nowhere.aclose()


async def test_a_worker_hears_later_of_a_cancellation_while_redis_was_away(
    queue: Queue,
    submit: Submitting,
    sweep: Sweep,
    consumer: ResultsConsumer,
    cancel_without_redis: CancelJob,
    person: Caller,
) -> None:
    (job,) = await submitted(submit, person, 1)
    await take(queue)
    await consumer.turn()
    await cancel_without_redis.run(person, job.id)
    assert not await queue.is_cancelled(job.id)
    await sweep.turn()
    assert await queue.is_cancelled(job.id)


async def test_a_job_that_waits_for_its_next_attempt_is_cancelled_later_too(
    database: Database,
    queue: Queue,
    submit: Submitting,
    sweep: Sweep,
    consumer: ResultsConsumer,
    cancel_without_redis: CancelJob,
    person: Caller,
) -> None:
    (job,) = await submitted(submit, person, 1)
    claim = await take(queue)
    await consumer.turn()
    await cancel_without_redis.run(person, job.id)
    await queue.release(claim)
    await sweep.turn()
    assert await status_of(database, job.id) == "cancelled"
    assert await balance_of(database, person) == 10
    assert await queue.depth() == 0
