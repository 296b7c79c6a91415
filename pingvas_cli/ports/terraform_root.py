"""A root module of Terraform at work: planned into a file, applied from that file, watched.

A run of Terraform is a process of its own that outlives whoever began it; it is known by the file
that it tells its events to, so that a later call, or a later process, watches it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Action(StrEnum):
    """What becomes of a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True)
class ResourceChange:
    """One resource of a plan: `module.database.aws_rds_cluster.this`; `module` may be empty.

    `protected`: as it stands now, AWS refuses to delete it.
    """

    address: str
    module: str
    type: str
    action: Action
    protected: bool = False

    @property
    def destroys(self) -> bool:
        return self.action in (Action.DELETE, Action.REPLACE)


@dataclass(frozen=True)
class PlannedResource:
    """A resource as it stands and as it would; None where it is not there.

    Values lack whatever is sensitive, and what is known only after the apply.
    """

    address: str
    module: str
    type: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True)
class Plan:
    """What a saved plan would do; `applicable` is False when that is nothing at all.

    `resources` are all that stand or would, also those that do not change.
    """

    changes: tuple[ResourceChange, ...]
    applicable: bool
    resources: tuple[PlannedResource, ...] = ()


@dataclass(frozen=True)
class StateVersion:
    """Which state there is; `serial` grows with each change. ("", 0) before the first."""

    lineage: str = ""
    serial: int = 0


@dataclass(frozen=True)
class StateLock:
    """Who holds the state: `who` is `user@host`, `created` is ISO 8601 UTC as Terraform writes."""

    id: str
    who: str
    operation: str
    created: str


class Holder(StrEnum):
    """Whether the holder of a lock still works, as far as this machine can know."""

    ALIVE = "alive"
    DEAD = "dead"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Working:
    """A resource that Terraform works on, for `elapsed_s` seconds."""

    address: str
    action: str
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class Failure:
    """What Terraform could not do; `where` is a resource's address, a file's line, or empty."""

    where: str
    summary: str
    detail: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a run is. Neither running, nor complete, nor with failures: it was killed."""

    running: bool
    complete: bool = False
    planned: int = 0
    done: tuple[Working, ...] = ()
    working: tuple[Working, ...] = ()
    failures: tuple[Failure, ...] = ()
    lock: StateLock | None = None


class TerraformRoot(Protocol):
    """One root module and its state. A command that fails is `terraform.command_fails`."""

    def ready(self) -> bool:
        """Whether it was initialised here, with its backend and providers."""

    def initialise(self) -> None:
        """Fetch modules and providers, and turn to the backend."""

    def state(self) -> StateVersion:
        """The version of the state, as the backend has it."""

    def has_unsaved_state(self) -> bool:
        """Whether an apply ended that could not save what it did."""

    def save_unsaved_state(self) -> StateLock | None:
        """Save it now; the lock, where somebody holds the state.

        `terraform.command_fails` when the saved state has gone another way meanwhile.
        """

    def begin_plan(self, run: Path, saved: Path, *, destroy: bool = False) -> None:
        """Begin to plan into `saved`, which only its owner may read."""

    def begin_apply(self, run: Path, saved: Path) -> None:
        """Begin to apply exactly the plan in `saved`."""

    def progress(self, run: Path) -> Progress | None:
        """How far a run is; None when none was begun with this file."""

    def plan(self, saved: Path) -> Plan:
        """What a saved plan would do."""

    def outputs(self) -> Mapping[str, Any]:
        """The values of the root's outputs."""

    def holder(self, lock: StateLock) -> Holder:
        """Whether the holder of a lock lives: judged by the processes of this machine."""

    def unlock(self, lock: StateLock) -> None:
        """Take a lock away from a holder that is dead."""
