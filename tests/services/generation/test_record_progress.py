"""What workers tell is recorded once, however often and in whatever order it is told."""

import asyncio

import pytest

from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.record_progress import RecordProgress
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.errors import JobAlreadyFinished, JobNotFound
from services.generation.schemas.generations import Generation, Status
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person, balance_of, ledger_of
from tests.services.generation.work import (
    Submitting,
    a_request,
    failure,
    images_of,
    job_of,
    status_of,
    success,
    take,
)


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database, 10)


@pytest.fixture
async def job(submit: Submitting, person: Caller) -> Generation:
    return await submit.run(person, a_request(count=2), "k")


async def test_a_job_runs_and_succeeds(
    database: Database, queue: Queue, consumer: ResultsConsumer, job: Generation, person: Caller
) -> None:
    claim = await take(queue)
    await consumer.turn()
    running = await job_of(database, job.id)
    assert (running.status, running.attempt) == (Status.RUNNING, 1)
    assert running.started_at is not None
    await queue.finish(claim, success(claim))
    await consumer.turn()
    done = await job_of(database, job.id)
    assert done.status is Status.SUCCEEDED
    assert done.finished_at is not None
    assert await images_of(database, job.id) == 2
    assert await ledger_of(database, job.id) == [("hold", -1), ("capture", 0)]
    assert await balance_of(database, person) == 9
    assert await queue.knows([job.id]) == set(), "the event is settled"


async def test_a_result_told_twice_charges_once(
    database: Database, queue: Queue, record: RecordProgress, job: Generation, person: Caller
) -> None:
    claim = await take(queue)
    await asyncio.gather(*(record.finished(success(claim)) for _ in range(4)))
    await record.finished(failure(claim))
    assert await status_of(database, job.id) == "succeeded"
    assert await images_of(database, job.id) == 2
    assert await ledger_of(database, job.id) == [("hold", -1), ("capture", 0)]
    assert await balance_of(database, person) == 9


async def test_a_failure_gives_the_price_back(
    database: Database, queue: Queue, record: RecordProgress, job: Generation, person: Caller
) -> None:
    claim = await take(queue)
    await record.finished(failure(claim, error_detail="x" * 5_000))
    await record.finished(failure(claim))
    failed = await job_of(database, job.id)
    assert (failed.status, failed.error_code) == (Status.FAILED, "worker.failed")
    assert len(failed.error_detail or "") == 500
    assert await ledger_of(database, job.id) == [("hold", -1), ("release", 1)]
    assert await balance_of(database, person) == 10


@pytest.mark.parametrize("fault", ["count", "place", "hash"])
async def test_a_result_that_does_not_fit_is_a_failure(
    database: Database,
    queue: Queue,
    record: RecordProgress,
    job: Generation,
    person: Caller,
    fault: str,
) -> None:
    claim = await take(queue)
    images = success(claim).images
    wrong = {
        "count": images[:1],
        "place": tuple(
            image.model_copy(update={"object_key": f"elsewhere/{image.position}"})
            for image in images
        ),
        "hash": tuple(image.model_copy(update={"sha256": "no hash"}) for image in images),
    }[fault]
    await record.finished(success(claim).model_copy(update={"images": wrong}))
    failed = await job_of(database, job.id)
    assert (failed.status, failed.error_code) == (Status.FAILED, "result_invalid")
    assert await images_of(database, job.id) == 0
    assert await balance_of(database, person) == 10


async def test_a_late_start_does_not_reopen_a_job(
    database: Database,
    queue: Queue,
    consumer: ResultsConsumer,
    record: RecordProgress,
    job: Generation,
) -> None:
    claim = await take(queue)
    await record.finished(success(claim))
    await consumer.turn()
    assert await status_of(database, job.id) == "succeeded"


async def test_cancel_while_queued(
    database: Database, queue: Queue, cancel: CancelJob, job: Generation, person: Caller
) -> None:
    for _ in range(2):
        assert (await cancel.run(person, job.id)).status is Status.CANCELLED
    assert await queue.claim("w1", timeout_s=0, checkpoints=["tiny"]) is None
    assert await ledger_of(database, job.id) == [("hold", -1), ("release", 1)]
    assert await balance_of(database, person) == 10


async def test_cancel_while_running(
    database: Database,
    queue: Queue,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    job: Generation,
    person: Caller,
) -> None:
    claim = await take(queue)
    await consumer.turn()
    asked = await cancel.run(person, job.id)
    assert asked.status is Status.RUNNING
    assert asked.cancel_requested_at is not None
    assert await queue.is_cancelled(job.id), "its worker will hear of it"
    await queue.finish(claim, failure(claim, error_code="cancelled"))
    await consumer.turn()
    ended = await job_of(database, job.id)
    assert (ended.status, ended.error_code) == (Status.CANCELLED, None)
    assert await balance_of(database, person) == 10


async def test_pictures_that_were_done_before_the_worker_heard_are_kept_and_paid(
    database: Database,
    queue: Queue,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    job: Generation,
    person: Caller,
) -> None:
    claim = await take(queue)
    await consumer.turn()
    await cancel.run(person, job.id)
    await queue.finish(claim, success(claim))
    await consumer.turn()
    assert await status_of(database, job.id) == "succeeded"
    assert await balance_of(database, person) == 9
    with pytest.raises(JobAlreadyFinished):
        await cancel.run(person, job.id)


async def test_cancel_against_finish_settles_once(
    database: Database, queue: Queue, record: RecordProgress, cancel: CancelJob, submit: Submitting
) -> None:
    person = await a_person(database, 10)
    jobs = [await submit.run(person, a_request(), f"k{index}") for index in range(5)]
    claims = [await take(queue) for _ in jobs]
    await asyncio.gather(
        *(record.finished(success(claim)) for claim in claims),
        *(cancel.run(person, job.id) for job in jobs),
        return_exceptions=True,
    )
    for job in jobs:
        kinds = [kind for kind, _ in await ledger_of(database, job.id)]
        status = await status_of(database, job.id)
        assert (status, kinds) in (
            ("succeeded", ["hold", "capture"]),
            ("cancelled", ["hold", "release"]),
        )
        assert await images_of(database, job.id) == (1 if status == "succeeded" else 0)
    await balance_of(database, person)


async def test_cancel_of_a_job_whose_worker_was_lost(
    database: Database,
    queue: Queue,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    job: Generation,
    person: Caller,
) -> None:
    claim = await take(queue)
    await consumer.turn()
    await queue.release(claim)
    assert (await cancel.run(person, job.id)).status is Status.CANCELLED
    assert await balance_of(database, person) == 10


async def test_another_person_cannot_cancel(
    database: Database, cancel: CancelJob, job: Generation
) -> None:
    with pytest.raises(JobNotFound):
        await cancel.run(await a_person(database), job.id)
    assert await status_of(database, job.id) == "queued"


async def test_the_start_of_an_unwanted_job_stops_its_worker(
    database: Database,
    queue: Queue,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    job: Generation,
) -> None:
    await take(queue)
    await cancel.end(job.id)
    assert not await queue.is_cancelled(job.id)
    await consumer.turn()
    assert await queue.is_cancelled(job.id)


async def test_an_unreadable_event_ends_its_job_and_holds_up_nobody(
    database: Database,
    queue: Queue,
    stream: ResultStream,
    consumer: ResultsConsumer,
    job: Generation,
    person: Caller,
) -> None:
    claim = await take(queue)
    await stream._redis.xadd(stream._stream, {"kind": "result", "job_id": str(job.id), "body": "{"})
    await consumer.turn()
    failed = await job_of(database, job.id)
    assert (failed.status, failed.error_code) == (Status.FAILED, "result_unreadable")
    assert await balance_of(database, person) == 10
    await queue.finish(claim, success(claim))
    await consumer.turn()
    assert await stream.read_again() == []
