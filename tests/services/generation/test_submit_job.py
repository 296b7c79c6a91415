"""Submitting: once, within one's means, and never only in Redis."""

import asyncio

import pytest
from redis.asyncio import Redis

from services.contracts.workers import WorkerProfile
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation.errors import (
    CheckpointUnknown,
    InsufficientCredits,
    NoWorkerForCheckpoint,
    QueueFull,
    TierTooLow,
    TooManyWaitingJobs,
)
from services.generation.repository.submits import find_purse
from services.generation.schemas.generations import Status
from services.generation.settings import GenerationSettings
from services.kernel.db import Database
from services.kernel.errors import Problem
from tests.servers.ports import free_port
from tests.services.callers import a_person, balance_of, ledger_of
from tests.services.generation.work import Submitting, a_request, take


async def test_a_job_is_a_row_a_hold_and_an_entry(
    database: Database, queue: Queue, submit: Submitting
) -> None:
    person = await a_person(database, 10)
    job = await submit.run(person, a_request(width=1024, height=1024, steps=100), "k")
    assert (job.status, job.cost_credits) == (Status.QUEUED, 4)
    assert await balance_of(database, person) == 6
    assert await ledger_of(database, job.id) == [("hold", -4)]
    claim = await take(queue)
    assert claim.job.seed == job.seed
    assert (claim.job.id, claim.job.attempt, claim.job.prompt) == (job.id, 1, job.prompt)
    assert claim.job.object_prefix == f"images/{person.user_id}/{job.id}/"


async def test_a_replay_gives_the_first_answer(
    database: Database, queue: Queue, submit: Submitting
) -> None:
    person = await a_person(database, 10)
    first = await submit.run(person, a_request(), "k")
    assert await submit.run(person, a_request(), "k") == first
    assert await balance_of(database, person) == 9
    assert await queue.depth() == 1


async def test_a_replay_at_the_same_moment_makes_one_job(
    database: Database, queue: Queue, submit: Submitting
) -> None:
    person = await a_person(database, 10)
    jobs = await asyncio.gather(*(submit.run(person, a_request(), "k") for _ in range(5)))
    assert len({job.id for job in jobs}) == 1
    assert await balance_of(database, person) == 9
    assert await queue.depth() == 1


async def test_a_key_for_another_request_is_refused(database: Database, submit: Submitting) -> None:
    person = await a_person(database, 10)
    await submit.run(person, a_request(), "k")
    with pytest.raises(Problem) as refused:
        await submit.run(person, a_request(prompt="another"), "k")
    assert refused.value.code == "idempotency.key_reused"


async def test_two_persons_may_use_the_same_key(database: Database, submit: Submitting) -> None:
    one, two = await a_person(database, 10), await a_person(database, 10)
    first = await submit.run(one, a_request(), "k")
    assert (await submit.run(two, a_request(), "k")).id != first.id


async def test_concurrent_submits_cannot_overdraw(
    database: Database, queue: Queue, submit: Submitting
) -> None:
    person = await a_person(database, 3)
    answers = await asyncio.gather(
        *(submit.run(person, a_request(), f"k{index}") for index in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, InsufficientCredits) for answer in answers) == 2
    assert await balance_of(database, person) == 0
    assert await queue.depth() == 3


async def test_a_refused_submit_leaves_nothing(
    database: Database, queue: Queue, submit: Submitting
) -> None:
    person = await a_person(database, 0)
    with pytest.raises(InsufficientCredits):
        await submit.run(person, a_request(), "k")
    assert await queue.depth() == 0
    assert (await find_purse(database, person.user_id)).waiting_jobs == 0


async def test_open_jobs_are_bounded_under_concurrency(
    database: Database, submit: Submitting
) -> None:
    person = await a_person(database, 100)
    answers = await asyncio.gather(
        *(submit.run(person, a_request(), f"k{index}") for index in range(8)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, TooManyWaitingJobs)]
    assert len(refused) == 3
    assert refused[0].extra["retry_after_s"] == 5
    assert await balance_of(database, person) == 95


async def test_the_queue_is_bounded(
    database: Database, redis: Redis, settings: GenerationSettings
) -> None:
    person = await a_person(database, 10)
    bounded = settings.model_copy(update={"waiting_jobs_at_most": 1})
    submit = Submitting.on(database, redis, bounded)
    await submit.run(person, a_request(), "k1")
    with pytest.raises(QueueFull):
        await submit.run(person, a_request(), "k2")
    assert (await submit.run(person, a_request(), "k1")).status is Status.QUEUED, "a replay is free"


@pytest.mark.parametrize(
    ("checkpoint", "problem"),
    [("missing", CheckpointUnknown), ("closed", CheckpointUnknown), ("noble", TierTooLow)],
)
async def test_the_checkpoint_must_be_on_offer(
    database: Database, submit: Submitting, checkpoint: str, problem: type[Problem]
) -> None:
    person = await a_person(database, 10)
    with pytest.raises(problem):
        await submit.run(person, a_request(checkpoint=checkpoint), "k")


async def test_the_tier_opens_a_checkpoint(database: Database, submit: Submitting) -> None:
    person = await a_person(database, 10, tier="studio")
    assert (await submit.run(person, a_request(checkpoint="noble"), "k")).checkpoint == "noble"


async def test_without_any_worker_the_job_waits_but_not_beside_others(
    database: Database, queue: Queue, submit: Submitting
) -> None:
    person = await a_person(database, 10)
    await submit.run(person, a_request(), "before")
    other = WorkerProfile(name="w1", device="cpu", checkpoints={"other": "0" * 64})
    await queue.register(other, 30)
    with pytest.raises(NoWorkerForCheckpoint):
        await submit.run(person, a_request(), "beside")
    await queue.register(other.model_copy(update={"checkpoints": {"tiny": "0" * 64}}), 30)
    await submit.run(person, a_request(), "after")


async def test_a_drawn_seed_is_kept_and_a_given_one_used(
    database: Database, submit: Submitting
) -> None:
    person = await a_person(database, 10)
    drawn = await submit.run(person, a_request(), "k1")
    assert (await submit.run(person, a_request(), "k1")).seed == drawn.seed
    assert (await submit.run(person, a_request(seed=7), "k2")).seed == 7


async def test_without_redis_the_job_is_taken(
    database: Database, settings: GenerationSettings, redis: Redis
) -> None:
    nowhere = connect(f"redis://127.0.0.1:{free_port()}/0")
    person = await a_person(database, 10)
    submit = Submitting.on(database, nowhere, settings)
    job = await submit.action.run(person, a_request(), "k")
    assert job.status is Status.QUEUED
    with pytest.raises(QueueUnavailable):
        await submit.action.outbox.turn()
    assert submit.action.outbox.is_stuck
    assert await balance_of(database, person) == 9
    await nowhere.aclose()
