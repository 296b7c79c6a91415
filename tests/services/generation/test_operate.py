"""An operator's verbs on a real queue and record; a retry is paid for, and done once."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from redis.asyncio import Redis

from services.dispatch.operation import Operation
from services.dispatch.queue import Queue
from services.generation.actions.record_progress import RecordProgress
from services.generation.actions.retry_dead_letter import Answer, RetryDeadLetter
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import a_person, balance_of, ledger_of
from tests.services.dispatch.keys import key
from tests.services.generation.work import (
    Submitting,
    a_request,
    failure,
    job_of,
    status_of,
    success,
    take,
)


@pytest.fixture
def operation(redis: Redis) -> Operation:
    return Operation(redis, "dev")


@pytest.fixture
def retry(
    database: Database, queue: Queue, operation: Operation, settings: GenerationSettings
) -> RetryDeadLetter:
    return RetryDeadLetter(database, queue, operation, settings)


@pytest.fixture
async def dead(redis: Redis, submit: Submitting, consumer: ResultsConsumer, person: Caller) -> UUID:
    """A job that failed until it was given up; the record knows."""
    job_id = await die(redis, submit, person)
    await consumer.turn()
    return job_id


async def die(redis: Redis, submit: Submitting, person: Caller) -> UUID:
    await submit.run(person, a_request(prompt="a secret wish"), f"k{uuid4()}")
    once = Queue(redis, "dev", max_attempts=1)
    claim = await take(once)
    assert await once.finish(claim, failure(claim, error_code="store_unavailable", retryable=True))
    return claim.job.id


async def test_a_retry_is_a_new_job_at_the_old_price(
    database: Database,
    queue: Queue,
    operation: Operation,
    consumer: ResultsConsumer,
    retry: RetryDeadLetter,
    person: Caller,
    dead: UUID,
) -> None:
    assert await balance_of(database, person) == 20
    answer = await retry.run(dead)
    assert answer.answer is Answer.RETRIED
    assert answer.new_id not in (None, dead)
    assert await balance_of(database, person) == 19
    assert await operation.dead_letters() == []
    claim = await take(queue)
    assert claim.job.id == answer.new_id
    old = (await job_of(database, dead)).message()
    same = {"id", "attempt", "submitted_at", "object_prefix"}
    assert claim.job.model_dump(exclude=same) == old.model_dump(exclude=same)
    await queue.finish(claim, success(claim))
    await consumer.turn()
    assert await status_of(database, claim.job.id) == "succeeded"
    assert await status_of(database, dead) == "failed"
    assert [kind for kind, _ in await ledger_of(database, dead)] == ["hold", "release"]
    assert [kind for kind, _ in await ledger_of(database, claim.job.id)] == ["hold", "capture"]


async def test_many_retries_at_once_are_one(
    database: Database, queue: Queue, retry: RetryDeadLetter, person: Caller, dead: UUID
) -> None:
    answers = await asyncio.gather(*(retry.run(dead) for _ in range(5)))
    new_ids = {answer.new_id for answer in answers if answer.new_id}
    assert len(new_ids) == 1
    assert {answer.answer for answer in answers} <= {
        Answer.RETRIED,
        Answer.RETRIED_BEFORE,
        Answer.NOT_DEAD,
    }
    assert await balance_of(database, person) == 19
    assert await queue.depth() == 1


async def test_a_retry_that_lost_redis_half_way_is_finished_by_the_next(
    redis: Redis, database: Database, retry: RetryDeadLetter, person: Caller, dead: UUID
) -> None:
    jobs = key("jobs", environment="dev")
    kept: Any = await redis.hget(jobs, str(dead))
    first = await retry.run(dead)
    await redis.hset(jobs, str(dead), kept)
    await redis.zadd(key("dead", environment="dev"), {str(dead): 1})
    second = await retry.run(dead)
    assert (second.answer, second.new_id) == (Answer.RETRIED_BEFORE, first.new_id)
    assert await balance_of(database, person) == 19


async def test_a_result_that_is_not_recorded_yet_has_to_be(
    redis: Redis, submit: Submitting, retry: RetryDeadLetter, person: Caller
) -> None:
    dead = await die(redis, submit, person)
    assert (await retry.run(dead)).answer is Answer.UNSETTLED


async def test_without_credits_nothing_is_done(
    redis: Redis,
    database: Database,
    submit: Submitting,
    consumer: ResultsConsumer,
    operation: Operation,
    retry: RetryDeadLetter,
) -> None:
    poor = await a_person(database, 1)
    dead = await die(redis, submit, poor)
    await consumer.turn()
    await submit.run(poor, a_request(), "the last credit")
    assert (await retry.run(dead)).answer is Answer.NO_CREDITS
    assert [letter.job.id for letter in await operation.dead_letters()] == [dead]


async def test_with_too_many_waiting_nothing_is_done(
    database: Database, retry: RetryDeadLetter, dead: UUID, settings: GenerationSettings
) -> None:
    free = settings.tiers["free"].model_copy(update={"waiting_jobs": 0})
    narrow = settings.model_copy(update={"tiers": {"free": free}})
    strict = RetryDeadLetter(database, retry.queue, retry.operation, narrow)
    assert (await strict.run(dead)).answer is Answer.TOO_MANY_WAIT


async def test_a_checkpoint_that_is_off_is_not_retried(
    urls: EnvironmentDatabase, retry: RetryDeadLetter, dead: UUID
) -> None:
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        admin.execute("update checkpoints set enabled = false where name = 'tiny'")
    assert (await retry.run(dead)).answer is Answer.NOT_OFFERED


async def test_what_is_over_or_unknown_is_refused(
    urls: EnvironmentDatabase, retry: RetryDeadLetter, queue: Queue, dead: UUID
) -> None:
    assert (await retry.run(uuid4())).answer is Answer.NOT_DEAD
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        admin.execute("update generation_jobs set status = 'cancelled', error_code = null")
        assert (await retry.run(dead)).answer is Answer.OVER
        admin.execute("delete from generation_jobs")
        assert (await retry.run(dead)).answer is Answer.GONE
    assert await queue.depth() == 0


class Program:
    """`python -m services.generation.operate`."""

    def __init__(self, settings: GenerationSettings) -> None:
        self.variables = {
            "PINGVAS_ENVIRONMENT": "dev",
            "PINGVAS_DATABASE_URL": settings.database_url.get_secret_value(),
            "PINGVAS_SYSTEM_DATABASE_URL": settings.system_database_url.get_secret_value(),
            "PINGVAS_REDIS_URL": settings.redis_url.get_secret_value(),
            "PINGVAS_TOKEN_ISSUER": "x",
            "PINGVAS_JWKS_URL": "x",
        }

    async def __call__(self, *words: str) -> tuple[int | None, list[dict[str, Any]]]:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.generation.operate", *words),
            env={**os.environ, **self.variables},
            stdout=subprocess.PIPE,
        )
        output, _ = await program.communicate()
        return program.returncode, [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def program(settings: GenerationSettings) -> Program:
    return Program(settings)


async def test_the_program_lists_shows_and_retries(program: Program, dead: UUID) -> None:
    status, (letter,) = await program("letters")
    assert (status, letter["job_id"], letter["status"]) == (0, str(dead), "failed")
    assert (letter["error_code"], letter["strikes"]) == ("store_unavailable", 1)
    status, (shown,) = await program("show", str(dead))
    assert (status, shown["queue"]["state"], shown["cost_credits"]) == (0, "dead", 1)
    assert "secret" not in json.dumps(shown)
    status, (answer,) = await program("retry", str(dead))
    assert (status, answer["answer"]) == (0, "retried")
    status, answers = await program("retry", str(dead), str(uuid4()))
    assert (status, [each["answer"] for each in answers]) == (1, ["not_dead", "not_dead"])
    assert (await program("show", str(uuid4())))[0] == 1


async def test_the_program_pauses_drains_and_resumes(
    program: Program, submit: Submitting, queue: Queue, person: Caller, record: RecordProgress
) -> None:
    await submit.run(person, a_request(), "k1")
    await submit.run(person, a_request(), "k2")
    held = await take(queue)
    status, (counts,) = await program("drain", "--wait-s", "0.1")
    assert (status, counts["running"], counts["waiting"], counts["paused"]) == (1, 1, 1, True)
    await queue.finish(held, success(held))
    assert (await program("drain"))[0] == 0
    assert (await program("resume"))[1][0]["paused"] is False
    assert (await program("pause"))[1][0]["paused"] is True
    assert (await program("counts"))[1][0]["waiting"] == 1


async def test_the_program_tells_that_redis_is_away(program: Program) -> None:
    program.variables["PINGVAS_REDIS_URL"] = "redis://127.0.0.1:1/0"
    assert await program("counts") == (3, [])
