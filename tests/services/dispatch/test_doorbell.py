"""Idle workers sleep until they are called, and none is forgotten."""

import asyncio
import threading
from uuid import uuid4

from redis.asyncio import Redis

from services.contracts.jobs import GenerationJob
from services.dispatch.claims import Claim
from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job
from tests.services.dispatch.keys import key
from tests.services.dispatch.valkey_nodes import Node

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


def bring_meanwhile(node: Node, job: GenerationJob) -> None:
    """Another process brings a job while this one looks away: it reads nothing in between."""

    async def bring() -> None:
        client = connect(node.url)
        await Queue(client, "test").enqueue(job, "t1")
        await client.aclose()

    thread = threading.Thread(target=lambda: asyncio.run(bring()))
    thread.start()
    thread.join()


async def test_who_is_cancelled_while_a_job_comes_gives_it_back(
    queue: Queue, node: Node, redis: Redis
) -> None:
    (worker,) = await sleeping(queue, 1)
    job = a_job()
    bring_meanwhile(node, job)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert worker.cancelled()
    again = await queue.claim("w2", timeout_s=0, checkpoints=["tiny"])
    assert again
    assert (again.job.id, again.strikes) == (job.id, 0)
    assert all([await redis.ttl(left) > 0 for left in await redis.keys(key("wake", "*"))])


async def test_who_is_cancelled_while_it_sleeps_takes_nothing_after(queue: Queue) -> None:
    (worker,) = await sleeping(queue, 1)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    await queue.enqueue(a_job(), "t1")
    again = await queue.claim("w2", timeout_s=0, checkpoints=["tiny"])
    assert again
    assert again.attempt == 1


async def test_who_is_cancelled_while_it_asks_gives_back(queue: Queue) -> None:
    await queue.enqueue(a_job(), "t1")
    worker = asyncio.create_task(queue.claim("w1", timeout_s=0, checkpoints=["tiny"]))
    for _ in range(2):  # until the question is on its way
        await asyncio.sleep(0)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert worker.cancelled()
    assert await queue.claim("w2", timeout_s=0, checkpoints=["tiny"])


async def test_a_sleeper_brings_its_script_to_a_server_that_lost_it(
    queue: Queue, redis: Redis
) -> None:
    (worker,) = await sleeping(queue, 1)
    await redis.script_flush()
    await queue.enqueue(a_job(), "t1")
    assert await asyncio.wait_for(worker, 2) is not None


async def test_no_job_is_an_answer_too(queue: Queue) -> None:
    assert await queue.claim("w1", timeout_s=0.05, checkpoints=["tiny"]) is None
    assert await queue.claim("w1", timeout_s=0.05, checkpoints=[]) is None
    assert await queue.knows([uuid4()]) == set()
