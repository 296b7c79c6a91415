"""Who watches a run: the progress view in a terminal, plain lines in a log, a list in a test."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from pingvas_cli.errors import Message
from pingvas_cli.steps.plan import PlanEntry


class Outcome(StrEnum):
    """How a step ended in this run."""

    DONE = "done"
    PRESENT = "present"
    FAILED = "failed"


class Observer(Protocol):
    """Told of everything a run does, in order, from the run's own thread."""

    def planned(self, entries: Sequence[PlanEntry]) -> None: ...
    def started(self, slug: str, title: Message) -> None: ...
    def waiting(self, slug: str, reason: Message, retry_after_s: float) -> None: ...
    def finished(self, slug: str, outcome: Outcome, elapsed_s: float) -> None: ...
