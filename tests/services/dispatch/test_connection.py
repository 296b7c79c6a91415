"""URLs of both kinds, and the least rights that suffice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.sentinel import SentinelConnectionPool

from services.contracts.workers import WorkerProfile
from services.dispatch.connection import SentinelAddress, connect
from services.dispatch.errors import QueueBroken
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.valkey_nodes import PASSWORD, SERVICE, Node, Sentinel


def test_a_sentinel_url_is_read_whole() -> None:
    url = "redis+sentinel://app:p%40ss@127.0.0.1:26379,127.0.0.1:26380,node/pingvas"
    assert SentinelAddress.parse(url) == SentinelAddress(
        hosts=(("127.0.0.1", 26379), ("127.0.0.1", 26380), ("node", 26379)),
        service="pingvas",
        username="app",
        password="p@ss",
    )


@pytest.mark.parametrize("url", ["redis+sentinel://host:1", "redis+sentinel:///service"])
def test_an_incomplete_sentinel_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="hosts and a service"):
        SentinelAddress.parse(url)


def test_the_login_may_be_missing() -> None:
    address = SentinelAddress.parse("redis+sentinel://host:1/service")
    assert (address.username, address.password) == (None, None)


async def test_a_user_without_dangerous_commands_can_do_everything(
    redis: Redis, node: Node
) -> None:
    await redis.acl_setuser(
        "app",
        enabled=True,
        reset=True,
        passwords=["+word"],
        keys=["{pingvas:test}*"],
        categories=["+@all", "-@admin", "-@dangerous"],
    )
    client = connect(f"redis://app:word@127.0.0.1:{node.port}/0")
    queue, results = Queue(client, "test"), ResultStream(client, "test", "c1")
    assert await results.read(timeout_s=0.01) == []
    await queue.register(WorkerProfile(name="w1", device="cpu", checkpoints={"tiny": "0" * 64}))
    await queue.enqueue(a_job(), "t1")
    claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert claim
    assert await queue.extend(claim)
    assert await queue.finish(claim, a_result(claim))
    assert await queue.claim("w1", timeout_s=0.01, checkpoints=["tiny"]) is None
    await results.settle(await results.read())
    assert await results.take_over() == await results.read_again() == []
    await queue.reclaim()
    await queue.cancel(claim.job.id)
    assert await queue.workers()
    with pytest.raises(QueueBroken):
        await Queue(client, "other").enqueue(a_job(), "t1")
    await client.aclose()


@pytest.fixture
def sentinel(node: Node, tmp_path: Path) -> Iterator[Sentinel]:
    sentinel = Sentinel(tmp_path / "sentinel", node)
    sentinel.start()
    yield sentinel
    sentinel.kill()


async def test_who_learns_of_a_new_primary_cuts_off_nobody_who_asks(sentinel: Sentinel) -> None:
    client = connect(f"redis+sentinel://:{PASSWORD}@127.0.0.1:{sentinel.port}/{SERVICE}")
    assert isinstance(client.connection_pool, SentinelConnectionPool)
    asked = client.connection_pool.sentinel_manager.sentinels[0]
    another_asks = await asked.connection_pool.get_connection()
    assert await client.ping()
    assert another_asks.is_connected
    await client.aclose()
    assert not another_asks.is_connected
