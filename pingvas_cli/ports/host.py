"""The machine itself: disk, ports, processes, memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class HostProcess:
    """A process that belongs to the platform: where it listens, whose descendant it is (pids)."""

    pid: int
    name: str
    command: str
    ports: tuple[int, ...] = ()
    ancestors: tuple[int, ...] = ()


@dataclass(frozen=True)
class PortHolder:
    """Who listens on a port; pid 0 when this user may not see it."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})" if self.pid else "?"


@dataclass(frozen=True)
class Binaries:
    """The programs the local target runs, by role, and what is missing by package name."""

    paths: Mapping[str, Path]
    missing: tuple[str, ...] = ()


class Host(Protocol):
    """Facts about this machine."""

    def platform(self) -> tuple[str, str]:
        """Operating system and architecture, e.g. ("linux", "x86_64")."""

    def binaries(self) -> Binaries:
        """Find the programs: valkey, seaweedfs, caddy, supervisord."""

    def free_disk_bytes(self, path: Path) -> int:
        """Free bytes where `path` is or will be."""

    def unwritable(self, path: Path) -> str | None:
        """Why nothing can be written in `path` (its nearest existing parent), or None."""

    def port_holders(self, ports: Collection[int]) -> Mapping[int, PortHolder]:
        """The taken ones among these loopback ports, and by whom."""

    def abandoned_sockets(self, paths: Collection[Path]) -> tuple[Path, ...]:
        """Those of these unix sockets that are there and that nobody listens at."""

    def processes(self, root: Path) -> tuple[HostProcess, ...]:
        """Every process that works for the platform whose state folder is `root`."""

    def kill(self, pids: Collection[int], grace_s: float) -> None:
        """Terminate, then kill after `grace_s` seconds; returns when they are gone."""

    def memory_bytes(self, pid: int) -> int:
        """Proportional set size of the process and its children, in bytes (RSS on macOS)."""

    def available_memory_bytes(self) -> int:
        """Memory that programs could still take without swapping, in bytes."""

    def shared_memory_bytes(self) -> int | None:
        """Free bytes of /dev/shm; None where there is none (macOS)."""
