"""Many results at once are what they would be one by one, and a wrong one harms no other."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from services.contracts.jobs import JobResult
from services.dispatch.claims import Claim
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.record_progress import RecordProgress
from services.generation.background.results_consumer import ResultsConsumer
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


@pytest.fixture
async def people(database: Database) -> list[Caller]:
    return [await a_person(database, 10) for _ in range(3)]


@pytest.fixture
async def claims(queue: Queue, submit: Submitting, people: Sequence[Caller]) -> list[Claim]:
    for number in range(6):
        await submit.run(people[number % 3], a_request(count=2), f"k{number}")
    return [await take(queue) for _ in range(6)]


async def test_one_turn_records_successes_failures_and_repeats(
    database: Database,
    queue: Queue,
    consumer: ResultsConsumer,
    claims: Sequence[Claim],
    people: Sequence[Caller],
) -> None:
    *done, failed = claims
    for claim in done:
        await queue.finish(claim, success(claim))
    await queue.finish(failed, failure(failed))
    await consumer.turn()
    statuses = [await status_of(database, claim.job.id) for claim in claims]
    assert statuses == ["succeeded"] * 5 + ["failed"]
    assert [await images_of(database, claim.job.id) for claim in claims] == [2] * 5 + [0]
    assert sum([await balance_of(database, person) for person in people]) == 30 - 5
    assert await queue.knows([claim.job.id for claim in claims]) == set()


@pytest.mark.parametrize("wrong", range(3))
async def test_a_wrong_one_in_a_batch_harms_no_other(
    database: Database, record: RecordProgress, claims: Sequence[Claim], wrong: int
) -> None:
    told = [success(claim) for claim in claims]
    images = tuple(image.model_copy(update={"sha256": "no hash"}) for image in told[wrong].images)
    told[wrong] = told[wrong].model_copy(update={"images": images})
    await record.finished(*told, *told)
    statuses = [await status_of(database, claim.job.id) for claim in claims]
    assert statuses == ["failed" if n == wrong else "succeeded" for n in range(6)]
    kinds = [kind for kind, _ in await ledger_of(database, claims[wrong].job.id)]
    assert kinds == ["hold", "release"]


async def test_the_first_of_two_results_of_a_job_counts(
    database: Database, record: RecordProgress, claims: Sequence[Claim]
) -> None:
    one, other = claims[:2]
    await record.finished(success(one), failure(other), failure(one), success(other))
    assert await status_of(database, one.job.id) == "succeeded"
    assert await status_of(database, other.job.id) == "failed"


async def test_what_is_unreadable_or_over_does_not_hold_up_a_batch(
    database: Database,
    redis: Redis,
    queue: Queue,
    consumer: ResultsConsumer,
    cancel: CancelJob,
    claims: Sequence[Claim],
    people: Sequence[Caller],
) -> None:
    over, strange, *done = claims
    await cancel.end(over.job.id)
    values: dict[Any, Any] = {"kind": "result", "job_id": str(strange.job.id), "body": "{"}
    await redis.xadd("{pingvas:dev}:results", values)
    await redis.xadd("{pingvas:dev}:results", {**values, "kind": "none such", "job_id": "x"})
    for claim in (over, *done):
        await queue.finish(claim, success(claim))
    await consumer.turn()
    assert await status_of(database, over.job.id) == "cancelled"
    assert await status_of(database, strange.job.id) == "failed"
    assert {await status_of(database, claim.job.id) for claim in done} == {"succeeded"}
    assert await redis.xlen("{pingvas:dev}:results") == 0


class Unwilling(RecordProgress):
    """Has a fault with one job."""

    def __init__(self, database: Database, queue: Queue, job_id: UUID) -> None:
        super().__init__(database, queue)
        self.job_id: UUID | None = job_id
        self.recorded: list[UUID] = []

    async def finished(self, *results: JobResult) -> None:
        if any(result.job_id == self.job_id for result in results):
            raise RuntimeError("a fault of ours")
        self.recorded += [result.job_id for result in results]
        await super().finished(*results)


async def test_an_event_that_fails_for_ever_brings_back_and_says_nothing_else(
    database: Database,
    queue: Queue,
    stream: ResultStream,
    claims: Sequence[Claim],
) -> None:
    record = Unwilling(database, queue, claims[2].job.id)
    consumer = ResultsConsumer(stream, record)
    await queue.finish_many([(claim, success(claim)) for claim in claims])
    with capture_logs() as said:
        for _ in range(5):
            await consumer.turn()
    sound = [claim.job.id for claim in claims if claim != claims[2]]
    assert sorted(record.recorded) == sorted(sound), "each once"
    assert [line["event"] for line in said] == ["events_not_recorded"] * 3, (
        "all of them, the one among them, and the one in its own entry"
    )
    record.job_id = None
    await consumer.turn()
    assert await status_of(database, claims[2].job.id) == "succeeded"
    assert await stream.read_again() == []
