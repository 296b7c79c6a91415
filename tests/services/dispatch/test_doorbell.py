"""Idle workers sleep until they are called, and none is forgotten."""

import asyncio
from uuid import uuid4

from redis.asyncio import Redis

from services.dispatch.claims import Claim
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job
from tests.services.dispatch.keys import key

QUEUE_COMMANDS = ("evalsha", "blpop")


async def commands_so_far(redis: Redis) -> int:
    stats = await redis.info("commandstats")
    return sum(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in QUEUE_COMMANDS)


async def sleeping(queue: Queue, count: int) -> list[asyncio.Task[Claim | None]]:
    workers = [
        asyncio.create_task(queue.claim(f"w{index}", 30, 5, checkpoints=["tiny", "other"]))
        for index in range(count)
    ]
    await asyncio.sleep(0.1)
    return workers


async def test_an_enqueued_job_wakes_a_worker(queue: Queue) -> None:
    (worker,) = await sleeping(queue, 1)
    job = a_job()
    await queue.enqueue(job, "t1")
    claim = await asyncio.wait_for(worker, 2)
    assert claim is not None
    assert claim.job.id == job.id


async def test_as_many_wake_as_there_are_jobs(queue: Queue) -> None:
    workers = await sleeping(queue, 4)
    await asyncio.gather(*(queue.enqueue(a_job(), f"t{index}") for index in range(4)))
    claims = await asyncio.wait_for(asyncio.gather(*workers), 2)
    assert len({claim.job.id for claim in claims if claim}) == 4


async def test_an_idle_worker_does_not_poll(queue: Queue, redis: Redis) -> None:
    (worker,) = await sleeping(queue, 1)
    before = await commands_so_far(redis)
    await asyncio.sleep(0.5)
    assert await commands_so_far(redis) == before
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def test_a_released_job_wakes_another_worker(queue: Queue) -> None:
    await queue.enqueue(a_job(), "t1")
    claim = await queue.claim("leaving", timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    (worker,) = await sleeping(queue, 1)
    await queue.release(claim)
    assert await asyncio.wait_for(worker, 2) is not None


async def test_a_call_that_a_dying_worker_took_with_it_is_repeated(
    queue: Queue, redis: Redis
) -> None:
    await queue.enqueue(a_job(), "t1")
    assert await redis.lpop(key("bell", "tiny")), "a worker woke up and died"
    await queue.reclaim()
    assert await redis.llen(key("bell", "tiny")) == 1


async def test_no_job_is_an_answer_too(queue: Queue) -> None:
    assert await queue.claim("w1", timeout_s=0.05, checkpoints=["tiny"]) is None
    assert await queue.claim("w1", timeout_s=0.05, checkpoints=[]) is None
    assert await queue.knows([uuid4()]) == set()
