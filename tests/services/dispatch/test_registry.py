"""Which workers are alive, and what a new job may expect of them."""

import asyncio

from services.contracts.workers import WorkerProfile
from services.dispatch.queue import Queue


def a_worker(name: str, *checkpoints: str) -> WorkerProfile:
    return WorkerProfile(name=name, device="cpu", checkpoints=dict.fromkeys(checkpoints, "0" * 64))


async def test_a_worker_is_known_until_its_time_is_over(queue: Queue) -> None:
    await queue.register(a_worker("w1", "tiny"), 30)
    await queue.register(a_worker("w2", "tiny"), 0.02)
    await asyncio.sleep(0.03)
    assert await queue.workers() == [a_worker("w1", "tiny")]


async def test_a_leaving_worker_is_forgotten(queue: Queue) -> None:
    await queue.register(a_worker("w1", "tiny"), 30)
    await queue.deregister("w1")
    assert await queue.workers() == []


async def test_advice_is_replaced_as_a_whole(queue: Queue) -> None:
    assert await queue.advised() == []
    await queue.advise(["tiny", "large"])
    await queue.advise(["large"])
    assert await queue.advised() == ["large"]
