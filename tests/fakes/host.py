"""A machine of facts that a test chooses; nothing of the real one is looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pingvas_cli.ports.host import Binaries, HostProcess, PortHolder

GIB = 1024**3


@dataclass
class FakeHost:
    """Healthy until a test changes a fact; remembers whom it killed."""

    system: tuple[str, str] = ("linux", "x86_64")
    found: Binaries = field(
        default_factory=lambda: Binaries(
            {n: Path("/opt/bin") / n for n in ("valkey", "weed", "caddy", "dbmate")}
        )
    )
    free_bytes: int = 100 * GIB
    closed: str | None = None
    listeners: dict[int, PortHolder] = field(default_factory=dict)
    running: tuple[HostProcess, ...] = ()
    sockets: tuple[Path, ...] = ()
    killed: list[int] = field(default_factory=list)
    memory_free_bytes: int = 8 * GIB
    shared_free_bytes: int | None = GIB

    def platform(self) -> tuple[str, str]:
        return self.system

    def binaries(self) -> Binaries:
        return self.found

    def free_disk_bytes(self, path: Path) -> int:
        return self.free_bytes

    def unwritable(self, path: Path) -> str | None:
        return self.closed

    def port_holders(self, ports: Collection[int]) -> Mapping[int, PortHolder]:
        return {port: holder for port, holder in self.listeners.items() if port in ports}

    def abandoned_sockets(self, paths: Collection[Path]) -> tuple[Path, ...]:
        return tuple(path for path in self.sockets if path in paths)

    def processes(self, root: Path) -> tuple[HostProcess, ...]:
        return tuple(each for each in self.running if each.pid not in self.killed)

    def kill(self, pids: Collection[int], grace_s: float) -> None:
        self.killed.extend(pids)

    def memory_bytes(self, pid: int) -> int:
        return 0

    def available_memory_bytes(self) -> int:
        return self.memory_free_bytes

    def shared_memory_bytes(self) -> int | None:
        return self.shared_free_bytes
