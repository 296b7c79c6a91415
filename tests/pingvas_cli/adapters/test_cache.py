"""Single real nodes; replicas and Sentinels are asked where bootstrap stands them up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pingvas_cli.adapters.cache import RedisCache
from pingvas_cli.ports.cache import CacheAddress
from tests.servers import valkey
from tests.servers.valkey import Valkey


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey.running(tmp_path_factory.mktemp("valkey")) as server:
        yield server


def test_a_node_answers_while_it_lives(tmp_path: Path) -> None:
    with valkey.running(tmp_path) as node:
        address = CacheAddress(node.port, "default", "")
        assert RedisCache().answers(address)
        assert RedisCache().replicates((address,))
        node.kill()
        assert not RedisCache().answers(address)
        node.start()
        assert RedisCache().answers(address)


def test_a_wrong_account_gets_no_answer(node: Valkey) -> None:
    address = CacheAddress(node.port, "nobody", "wrong")
    assert RedisCache().answers(address) is False
    assert not RedisCache().replicates((address,))


def test_a_node_is_no_sentinel(node: Valkey) -> None:
    address = CacheAddress(node.port, "default", "")
    assert not RedisCache().guarded((address,), "pingvas-prod", replicas=0)


def test_two_primaries_do_not_replicate(node: Valkey, tmp_path: Path) -> None:
    with valkey.running(tmp_path) as other:
        addresses = tuple(CacheAddress(port, "default", "") for port in (node.port, other.port))
        assert not RedisCache().replicates(addresses)
