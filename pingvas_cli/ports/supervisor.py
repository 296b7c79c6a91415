"""Keeping processes alive: what a program is, and who starts, restarts and stops it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class ProgramState(StrEnum):
    """How a supervised program stands."""

    RUNNING = "running"
    STARTING = "starting"
    RESTARTING = "restarting"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Program:
    """One process to keep alive.

    `environment` may hold secrets; `command` never does. `stop_wait_s` is how long it may take to
    stop before it is killed. `run_as` is a user name, for the one part that refuses root.
    """

    name: str
    command: tuple[str, ...]
    directory: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_wait_s: int = 10
    run_as: str | None = None


@dataclass(frozen=True)
class ProgramStatus:
    """A program as the supervisor sees it; `uptime_s` is 0 when it does not run."""

    name: str
    group: str
    state: ProgramState
    pid: int | None
    uptime_s: float
    detail: str


class Supervisor(Protocol):
    """A process supervisor with groups of programs."""

    def running(self) -> bool:
        """True when the supervisor itself answers."""

    def pid(self) -> int | None:
        """The supervisor's own process, or None when it does not run."""

    def launch(self) -> None:
        """Start the supervisor; it survives this program."""

    def shutdown(self) -> None:
        """Stop every program, then the supervisor; returns when it is gone."""

    def declares(self, group: str, programs: Sequence[Program]) -> bool:
        """True when the group is configured with exactly these programs."""

    def declare(self, group: str, programs: Sequence[Program]) -> None:
        """Configure the group; running programs of an older declaration are stopped."""

    def start(self, group: str) -> None:
        """Start what does not run in the group; does not wait."""

    def stop(self, *groups: str) -> None:
        """Stop the groups at the same time and wait until all have stopped."""

    def statuses(self) -> tuple[ProgramStatus, ...]:
        """Every declared program; empty when the supervisor does not run."""
