"""One connection for many calls: answers find who asked, and what goes wrong is told and mended."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as LostConnection

from services.dispatch.connection import connect
from services.dispatch.errors import QueueBroken, QueueUnavailable
from services.dispatch.lines import Lines
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job
from tests.services.dispatch.keys import key
from tests.services.dispatch.valkey_nodes import Node, wait_until


@pytest.fixture
def own_node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "node")
    node.start()
    yield node
    node.kill()


@pytest.fixture
async def client(own_node: Node) -> AsyncIterator[Redis]:
    client = connect(own_node.url, answer_timeout_s=0.5)
    yield client
    await client.aclose()


async def connections(redis: Redis) -> int:
    return len(await redis.client_list())


async def has_slept(queue: Queue) -> None:
    """Now it has both its connections: the one to ask, and one to sleep."""
    for _ in range(3):  # the first may take all of its time to ask
        await queue.claim("w1", timeout_s=0.2, checkpoints=["tiny"])


async def test_many_calls_share_one_connection(queue: Queue, redis: Redis) -> None:
    before = await connections(redis)
    jobs = [a_job() for _ in range(50)]
    assert all(await asyncio.gather(*(queue.enqueue(job, "t1") for job in jobs)))
    assert not any(await asyncio.gather(*(queue.enqueue(job, "t1") for job in jobs)))
    assert await connections(redis) == before + 1


async def test_a_cancelled_call_leaves_the_others_their_answers(queue: Queue) -> None:
    known = a_job()
    await queue.enqueue(known, "t1")
    calls = [asyncio.create_task(queue.enqueue(known, "t1")) for _ in range(3)]
    last = asyncio.create_task(queue.enqueue(a_job(), "t1"))
    await asyncio.sleep(0)
    for call in calls[:2]:
        call.cancel()
    assert [await calls[2], await last] == [False, True]


async def test_sleepers_use_their_connections_again(queue: Queue, redis: Redis) -> None:
    await has_slept(queue)
    before = await connections(redis)
    for _ in range(3):
        await queue.claim("w1", timeout_s=0.01, checkpoints=["tiny"])
    assert await connections(redis) == before


async def test_closing_the_client_closes_what_it_held(node: Node, redis: Redis) -> None:
    before = await connections(redis)
    client = connect(node.url)
    await has_slept(Queue(client, "test"))
    held = await connections(redis) - before
    await client.aclose()
    assert held == 2
    with node.client() as other:
        wait_until(lambda: len(other.client_list()) == before + 1)


async def test_a_connection_that_the_server_closed_is_not_missed(
    queue: Queue, redis: Redis
) -> None:
    await queue.enqueue(a_job(), "t1")
    await redis.client_kill_filter(_type="normal", skipme=True)
    assert await queue.enqueue(a_job(), "t1")
    assert await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])


async def test_a_sleeper_whose_connection_was_lost_while_it_rested_sleeps_on_another(
    queue: Queue, redis: Redis
) -> None:
    await has_slept(queue)
    await redis.client_kill_filter(_type="normal", skipme=True)
    await asyncio.sleep(0.05)  # until it is seen
    sleeper = asyncio.create_task(queue.claim("w1", timeout_s=5, checkpoints=["tiny"]))
    await asyncio.sleep(0.1)
    await queue.enqueue(a_job(), "t1")
    assert await asyncio.wait_for(sleeper, 4)


async def test_a_lost_connection_takes_no_questions(queue: Queue, redis: Redis) -> None:
    lines = Lines(redis)
    async with lines.borrowed() as line:
        await line.ask("PING")
        line.give_up(LostConnection("lost"))
        with pytest.raises(LostConnection):
            line.ask("PING")


async def test_a_server_that_does_not_answer_is_given_up(own_node: Node, client: Redis) -> None:
    queue = Queue(client, "test")
    await queue.enqueue(a_job(), "t1")
    own_node.freeze()
    with pytest.raises(QueueUnavailable):
        await queue.enqueue(a_job(), "t1")
    with pytest.raises(QueueUnavailable):
        await queue.claim("w1", timeout_s=5, checkpoints=["tiny"])
    own_node.kill()
    own_node.start()
    assert await queue.enqueue(a_job(), "t1")


async def test_a_sleeper_gives_up_a_frozen_server(own_node: Node, client: Redis) -> None:
    queue = Queue(client, "test")
    sleeper = asyncio.create_task(queue.claim("w1", timeout_s=5, checkpoints=["tiny"]))
    await asyncio.sleep(0.1)
    own_node.freeze()
    with pytest.raises(QueueUnavailable):
        await asyncio.wait_for(sleeper, 5)


async def test_a_primary_that_became_a_replica_is_left(own_node: Node, client: Redis) -> None:
    queue = Queue(client, "test")
    sleeper = asyncio.create_task(queue.claim("w1", timeout_s=5, checkpoints=["tiny"]))
    await asyncio.sleep(0.1)
    await client.replicaof("127.0.0.1", "1")
    with pytest.raises(QueueUnavailable):
        await queue.enqueue(a_job(), "t1")
    with pytest.raises(QueueUnavailable):
        await sleeper
    await client.replicaof("NO", "ONE")
    assert await queue.enqueue(a_job(), "t1")
    assert await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])


async def test_a_server_that_is_full_is_away_for_now(own_node: Node, client: Redis) -> None:
    queue = Queue(client, "test")
    await client.config_set("maxmemory", "1mb")
    await client.config_set("maxmemory-policy", "noeviction")
    with pytest.raises(QueueUnavailable, match="OOM"):
        await queue.enqueue(a_job(), "t1")
    await client.config_set("maxmemory", "0")
    assert await queue.enqueue(a_job(), "t1")


async def test_what_the_server_refuses_for_good_is_told(queue: Queue, redis: Redis) -> None:
    await redis.set(key("jobs"), "no hash")
    with pytest.raises(QueueBroken, match="WRONGTYPE"):
        await queue.enqueue(a_job(), "t1")
