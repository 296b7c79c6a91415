"""A small world for the runner: a set of facts, steps that add one, a clock that only counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.observer import Outcome
from pingvas_cli.steps.plan import PlanEntry
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


@dataclass
class World:
    """What is true, and how often each step was applied."""

    facts: set[str] = field(default_factory=set)
    applied: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Add:
    """Adds its fact; may need to be asked several times, or never succeed."""

    slug: str
    asks: int = 1
    patience_s: float = 60
    lies: bool = False
    failures: int = 0
    retryable: bool = True
    drifts: bool = False

    @property
    def title(self) -> Message:
        return msg("local.preflight")

    def inspect(self, ctx: World) -> Inspection:
        if self.slug in ctx.facts:
            return Present()
        return Drifted(msg("local.unhealthy")) if self.drifts else Absent()

    def preview(self, ctx: World) -> tuple[Message, ...]:
        return (msg("local.preview_start", name=self.slug),)

    def apply(self, ctx: World) -> Applied:
        ctx.applied.append(self.slug)
        if ctx.applied.count(self.slug) <= self.failures:
            raise StepFailed("steps.not_present", step=self.slug, retryable=self.retryable)
        if ctx.applied.count(self.slug) < self.asks:
            return Waiting(msg("local.waiting_for_cache"), retry_after_s=2)
        if not self.lies:
            ctx.facts.add(self.slug)
        return Done({"fact": self.slug})


@dataclass
class Counter:
    """A clock whose time passes only by sleeping."""

    elapsed: float = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def elapsed_s(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.elapsed += seconds


@dataclass
class Seen:
    """An observer that remembers."""

    planned_steps: int = 0
    waits: list[str] = field(default_factory=list)
    ends: list[tuple[str, Outcome]] = field(default_factory=list)

    def planned(self, entries: Sequence[PlanEntry]) -> None:
        self.planned_steps = len(entries)

    def started(self, slug: str, title: Message) -> None:
        pass

    def waiting(self, slug: str, reason: Message, retry_after_s: float) -> None:
        self.waits.append(slug)

    def finished(self, slug: str, outcome: Outcome, elapsed_s: float) -> None:
        self.ends.append((slug, outcome))
