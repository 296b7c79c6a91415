"""What platforms elsewhere have in common here: a marked state folder, and runs under its lock.

Part of the composition root: it wires and delegates, and decides nothing.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Generic, Protocol, TypeVar

from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.steps.clock import SystemClock
from pingvas_cli.steps.journal import Journal
from pingvas_cli.steps.lock import Lock
from pingvas_cli.steps.observer import Observer
from pingvas_cli.steps.plan import PlanEntry, make_plan
from pingvas_cli.steps.run_folder import RunFolder
from pingvas_cli.steps.runner import Runner, Summary
from pingvas_cli.steps.step import Step


class World(Protocol):
    """What every step of a target is given; it has a state folder."""

    @property
    def layout(self) -> RunFolder: ...


Context = TypeVar("Context", bound=World)


@dataclass(frozen=True)
class RemotePlatform(Generic[Context]):
    """One platform as one state folder sees it; a file of the name `mark` says what it is of."""

    context: Context
    mark: ClassVar[str]

    @property
    def layout(self) -> RunFolder:
        return self.context.layout

    @cached_property
    def lock(self) -> Lock:
        return Lock(self.layout.lock)

    def plan(self, steps: Sequence[Step[Context]]) -> tuple[PlanEntry, ...]:
        """What would be done; changes nothing."""
        return make_plan(steps, self.context)

    def run(
        self,
        purpose: str,
        steps: Sequence[Step[Context]],
        plan: Sequence[PlanEntry],
        watching: Callable[[], AbstractContextManager[Observer]],
    ) -> Summary:
        """Run steps under the lock, watched."""
        with self.locked(purpose), watching() as observer:
            journal = Journal(self.layout.journal)
            return Runner(self.context, journal, observer, SystemClock()).run(steps, plan)

    def locked(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the platform's lock for a block; makes the state folder when there is none."""
        self._ensure_root()
        return self.lock.held(getpass.getuser(), purpose)

    def _ensure_root(self) -> None:
        root, mark = self.layout.root, self.layout.root / self.mark
        try:
            if root.is_dir() and any(root.iterdir()) and not mark.exists():
                raise Refused("local.folder_in_use", where=str(root))
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            mark.touch(mode=0o600)
            for room in self.layout.rooms:
                room.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            reason = f"{root}: {error.strerror}"
            raise PingvasError("local.folder_unwritable", where=str(root), reason=reason) from error
