"""The server dies, is promoted, or forgets."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from services.dispatch.claims import Claim
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.valkey_nodes import Node, SentinelCluster

T = TypeVar("T")


async def patiently(action: Callable[[], Awaitable[T]]) -> T:
    """What every loop around the queue does: try again while it is away."""
    while True:
        try:
            return await action()
        except QueueUnavailable:
            await asyncio.sleep(0.05)


@pytest.fixture
def own_node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "node")
    node.start()
    yield node
    node.kill()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[SentinelCluster]:
    cluster = SentinelCluster(tmp_path)
    cluster.start()
    yield cluster
    cluster.kill()


async def test_a_killed_server_comes_back_with_everything(own_node: Node) -> None:
    client = connect(own_node.url)
    queue, results = Queue(client, "test"), ResultStream(client, "test", "c1")
    await results.read(timeout_s=0.01)
    for _ in range(3):
        await queue.enqueue(a_job(), "t1")
    held = await queue.claim("w1", checkpoints=["tiny"])
    done = await queue.claim("w1", checkpoints=["tiny"])
    assert held
    assert done
    await queue.finish(done, a_result(done))
    own_node.kill()
    with pytest.raises(QueueUnavailable):
        await queue.depth()
    own_node.start()
    assert await queue.depth() == 1
    assert await queue.extend(held), "the lease outlived the server"
    assert [delivery.kind for delivery in await results.read()] == ["started", "started", "result"]
    assert await queue.claim("w2", timeout_s=0, checkpoints=["tiny"])
    await client.aclose()


async def test_a_sleeping_worker_survives_a_restart(own_node: Node) -> None:
    client = connect(own_node.url)
    queue = Queue(client, "test")
    worker = asyncio.create_task(
        patiently(lambda: queue.claim("w1", timeout_s=20, checkpoints=["tiny"]))
    )
    await asyncio.sleep(0.1)
    own_node.kill()
    own_node.start()
    await queue.enqueue(a_job(), "t1")
    assert await asyncio.wait_for(worker, 15) is not None
    await client.aclose()


async def test_after_a_flush_nothing_is_known_and_scripts_work(own_node: Node) -> None:
    client = connect(own_node.url)
    queue = Queue(client, "test")
    job = a_job()
    await queue.enqueue(job, "t1")
    held = await queue.claim("w1", checkpoints=["tiny"])
    assert held
    await client.flushall()
    await client.script_flush()
    assert await queue.knows([job.id]) == set()
    assert not await queue.extend(held)
    assert not await queue.finish(held, a_result(held))
    assert await queue.enqueue(job.model_copy(update={"attempt": held.attempt}), "t1")
    again = await queue.claim("w1", checkpoints=["tiny"])
    assert again
    assert again.attempt == 2
    await client.aclose()


# redis-py may lose a connection that is taken while its pool drops it: it is collected here.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.integration
@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_failover_while_claiming(cluster: SentinelCluster, fault: str) -> None:
    client = connect(cluster.url)
    queue = Queue(client, "test")
    jobs = [a_job() for _ in range(40)]
    for job in jobs:
        await queue.enqueue(job, "t1")
    await client.wait(2, 1000)
    done: set[object] = set()

    async def work(name: str) -> None:
        while len(done) < len(jobs):
            claim = await patiently(
                lambda: queue.claim(name, 1.0, timeout_s=0.2, checkpoints=["tiny"])
            )
            if claim:
                await finish(claim)

    async def finish(claim: Claim) -> None:
        await asyncio.sleep(0.02)
        if await patiently(lambda: queue.finish(claim, a_result(claim))):
            done.add(claim.job.id)

    async def keep() -> None:
        while len(done) < len(jobs):
            await patiently(queue.reclaim)
            await asyncio.sleep(0.2)

    running = [asyncio.create_task(work(f"w{index}")) for index in range(3)]
    running.append(asyncio.create_task(keep()))
    await asyncio.sleep(0.15)
    assert 0 < len(done) < len(jobs)
    getattr(cluster.primary, fault)()
    await asyncio.wait_for(asyncio.gather(*running), 60)
    assert done == {job.id for job in jobs}
    await client.aclose()
    gc.collect()
