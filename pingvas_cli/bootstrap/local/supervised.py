"""What the steps that keep processes alive have in common.

Such a step writes its programs' files, declares the programs to the supervisor, starts them and
waits until they truly answer. A changed file or command restarts the group.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.ports.supervisor import Program, ProgramState, ProgramStatus
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import (
    Absent,
    Applied,
    Done,
    Drifted,
    Inspection,
    Present,
    StepFailed,
    Waiting,
)

FILES_MARK: Final = "PINGVAS_FILES"


class SupervisedStep(ABC):
    """A step whose programs form one group; `slug` is also the group's name."""

    patience_s: float = 60

    @property
    @abstractmethod
    def slug(self) -> str: ...

    @property
    @abstractmethod
    def title(self) -> Message: ...

    @abstractmethod
    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        """The processes to keep alive."""

    @abstractmethod
    def unready(self, ctx: LocalContext) -> Message | None:
        """What it still waits for, or None when every program truly answers."""

    def files(self, ctx: LocalContext) -> Mapping[Path, str]:
        """Configuration files and their whole text; kept as written here."""
        return {}

    def seeds(self, ctx: LocalContext) -> Mapping[Path, str]:
        """Files that the programs rewrite themselves: written once, and when their seed changes."""
        return {}

    def prepare(self, ctx: LocalContext) -> None:
        """Make what must exist before the programs start: by default, nothing."""
        return

    def inspect(self, ctx: LocalContext) -> Inspection:
        if ctx.saved_secrets is None or not ctx.supervisor.running():
            return Absent()
        statuses = self._statuses(ctx)
        if not statuses:
            return Absent()
        if not ctx.supervisor.declares(self.slug, self._marked(ctx)):
            return Drifted(msg("local.declaration_changed", group=self.slug))
        if any(status.state not in _UP for status in statuses):
            return Absent()
        return Absent() if self.unready(ctx) else Present()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        if ctx.saved_secrets is None or not _deployed(ctx):
            return (msg("local.preview_processes", group=self.slug),)
        names = ", ".join(program.name for program in self.programs(ctx))
        return (msg("local.preview_start", name=names),)

    def apply(self, ctx: LocalContext) -> Applied:
        programs = self._marked(ctx)  # without secrets or a release this says so
        if not ctx.supervisor.running():
            raise PingvasError("local.supervisor_away", where=self.slug)
        if not ctx.supervisor.declares(self.slug, programs) or not self._statuses(ctx):
            self._write(ctx)
            ctx.supervisor.declare(self.slug, programs)
        self.prepare(ctx)
        ctx.supervisor.start(self.slug)
        waiting_for = self.unready(ctx)
        if waiting_for is None:
            return Done()
        return Waiting(self._failing(ctx) or waiting_for)

    def _marked(self, ctx: LocalContext) -> tuple[Program, ...]:
        """The programs, carrying a digest of their files so that a change restarts them."""
        texts = [*self.files(ctx).values(), *self.seeds(ctx).values()]
        if not texts:
            return self.programs(ctx)
        mark = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
        return tuple(
            replace(program, environment={**program.environment, FILES_MARK: mark})
            for program in self.programs(ctx)
        )

    def _write(self, ctx: LocalContext) -> None:
        for path, text in self.files(ctx).items():
            write_private(path, text)
        for path, text in self.seeds(ctx).items():
            seed = path.with_name(f"{path.name}.seed")
            if not seed.exists() or seed.read_text(encoding="utf-8") != text or not path.exists():
                write_private(path, text)
                write_private(seed, text)

    def _statuses(self, ctx: LocalContext) -> tuple[ProgramStatus, ...]:
        return tuple(each for each in ctx.supervisor.statuses() if each.group == self.slug)

    def _failing(self, ctx: LocalContext) -> Message | None:
        """A program that can't start is a failure now; one that keeps ending says its last word."""
        for status in self._statuses(ctx):
            log = ctx.layout.log(status.name)
            if status.state is ProgramState.FAILED:
                raise StepFailed(
                    "local.program_fails", where=str(log), name=status.name, detail=end_of(log)
                )
            if status.state is ProgramState.RESTARTING:
                last = end_of(log, lines=1)
                return msg("local.waiting_for_restart", name=status.name, detail=last)
        return None


_UP: Final = frozenset({ProgramState.RUNNING, ProgramState.STARTING})


def end_of(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for an error."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _deployed(ctx: LocalContext) -> bool:
    return all(ctx.releases.deployed(name) for name in ("dev", "prod"))
