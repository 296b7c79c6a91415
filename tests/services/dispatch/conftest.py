"""One server for the room, one empty database per test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.services.dispatch.valkey_nodes import Node


@pytest.fixture(scope="package")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("valkey"))
    node.start()
    yield node
    node.kill()


@pytest.fixture
async def redis(node: Node) -> AsyncIterator[Redis]:
    client = connect(node.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def queue(redis: Redis) -> Queue:
    return Queue(redis, "test", backoff_s=0.01)


@pytest.fixture
def results(redis: Redis) -> ResultStream:
    return ResultStream(redis, "test", "consumer")
