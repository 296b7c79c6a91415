"""Which workers are alive, and what a new job may expect of them."""

import asyncio

from services.contracts.workers import WorkerProfile
from services.dispatch.claims import Admission
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job


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


async def test_admission_tells_depth_workers_and_service(queue: Queue) -> None:
    assert await queue.admission("tiny") == Admission(waiting=0, workers=0, can_serve=False)
    await queue.register(a_worker("w1", "tiny"), 30)
    await queue.enqueue(a_job(), "t1")
    assert await queue.admission("tiny") == Admission(waiting=1, workers=1, can_serve=True)
    assert await queue.admission("other") == Admission(waiting=1, workers=1, can_serve=False)


async def test_advice_is_replaced_as_a_whole(queue: Queue) -> None:
    assert await queue.advised() == []
    await queue.advise(["tiny", "large"])
    await queue.advise(["large"])
    assert await queue.advised() == ["large"]
