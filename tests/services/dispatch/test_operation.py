"""What an operator sees of the queue, and does to it."""

import asyncio

import pytest
from redis.asyncio import Redis

from services.dispatch.claims import Claim
from services.dispatch.operation import Counts, Operation
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import spoil


@pytest.fixture
def operation(redis: Redis) -> Operation:
    return Operation(redis, "test")


async def take(queue: Queue, timeout_s: float = 0) -> Claim | None:
    return await queue.claim("w1", timeout_s=timeout_s, checkpoints=["tiny"])


async def die(redis: Redis, queue: Queue) -> Claim:
    """A job that fails until it is given up."""
    await queue.enqueue(a_job(), "t1")
    once = Queue(redis, "test", max_attempts=1)
    claim = await take(queue)
    assert claim
    await once.finish(claim, a_result(claim, outcome="failed", retryable=True))
    return claim


async def test_a_pause_gives_nothing_more_and_takes_nothing_away(
    queue: Queue, operation: Operation
) -> None:
    await queue.enqueue(a_job(), "t1")
    held = await take(queue)
    assert held
    await queue.enqueue(a_job(), "t1")
    await operation.pause()
    assert await take(queue, timeout_s=0.1) is None
    assert await operation.counts() == Counts(waiting=1, running=1, delayed=0, dead=0, paused=True)
    assert await queue.extend(held)
    assert await queue.finish(held, a_result(held))


async def test_jobs_may_come_in_during_a_pause_and_a_resume_wakes_the_workers(
    queue: Queue, operation: Operation
) -> None:
    await operation.pause()
    workers = [asyncio.create_task(take(queue, timeout_s=4)) for _ in range(2)]
    await asyncio.sleep(0.05)
    await queue.enqueue(a_job(), "t1")
    await queue.enqueue(a_job(), "t2")
    await asyncio.sleep(0.05)
    assert not any(worker.done() for worker in workers)
    await operation.resume()
    assert all(await asyncio.wait_for(asyncio.gather(*workers), 2))
    assert not (await operation.counts()).paused


async def test_a_paused_worker_does_not_poll(
    redis: Redis, queue: Queue, operation: Operation
) -> None:
    await queue.enqueue(a_job(), "t1")
    await operation.pause()
    worker = asyncio.create_task(take(queue, timeout_s=4))
    await asyncio.sleep(0.1)
    before = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"]
    await asyncio.sleep(0.3)
    assert (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"] == before
    await operation.resume()
    assert await worker


async def test_dead_letters_are_listed_shown_and_forgotten(
    redis: Redis, queue: Queue, operation: Operation
) -> None:
    first, second = await die(redis, queue), await die(redis, queue)
    letters = await operation.dead_letters()
    assert [letter.job.id for letter in letters] == [second.job.id, first.job.id]
    assert [letter.job.id for letter in await operation.dead_letters(1)] == [second.job.id]
    entry = await operation.entry(first.job.id)
    assert (entry["state"], entry["strikes"], entry["tenant"]) == ("dead", "1", "t1")
    assert entry["worker"] == "w1"
    assert not {"body", "token"} & set(entry)
    assert await operation.forget([first.job.id]) == 1
    assert await operation.forget([first.job.id]) == 0
    assert (await operation.counts()).dead == 1
    assert await queue.knows([first.job.id]) == set()


async def test_only_the_dead_are_forgotten(queue: Queue, operation: Operation) -> None:
    job = a_job()
    await queue.enqueue(job, "t1")
    assert await operation.forget([job.id]) == 0
    assert await queue.depth() == 1


async def test_a_dead_letter_that_cant_be_read_hides_no_other(
    redis: Redis, queue: Queue, operation: Operation
) -> None:
    broken, sound = await die(redis, queue), await die(redis, queue)
    await spoil(redis, broken.job.id)
    assert [letter.job.id for letter in await operation.dead_letters()] == [sound.job.id]
