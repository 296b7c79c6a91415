"""Which steps would run, judged from the world before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pingvas_cli.errors import Message, UsageError
from pingvas_cli.steps.step import Absent, Drifted, Inspection, Present, Step

Context = TypeVar("Context")


class State(StrEnum):
    """How the world compares with what a step would leave."""

    PRESENT = "present"
    ABSENT = "absent"
    DRIFTED = "drifted"


@dataclass(frozen=True)
class PlanEntry:
    """One step of the plan: what it is, what is there, what would be done."""

    slug: str
    title: Message
    state: State
    preview: tuple[Message, ...]
    why: Message | None = None

    @property
    def to_do(self) -> bool:
        return self.state is not State.PRESENT


def make_plan(steps: Sequence[Step[Context]], ctx: Context) -> tuple[PlanEntry, ...]:
    """Inspect every step once; nothing is changed."""
    return tuple(_entry(step, step.inspect(ctx), ctx) for step in steps)


def _entry(step: Step[Context], found: Inspection, ctx: Context) -> PlanEntry:
    match found:
        case Present():
            return PlanEntry(step.slug, step.title, State.PRESENT, ())
        case Absent():
            return PlanEntry(step.slug, step.title, State.ABSENT, step.preview(ctx))
        case Drifted(why):
            return PlanEntry(step.slug, step.title, State.DRIFTED, step.preview(ctx), why)


def select(
    steps: Sequence[Step[Context]],
    *,
    start: str | None = None,
    only: str | None = None,
    until: str | None = None,
) -> tuple[Step[Context], ...]:
    """The part of the sequence that `--from`, `--only` and `--until` ask for."""
    slugs = [step.slug for step in steps]
    for asked in (start, only, until):
        if asked is not None and asked not in slugs:
            raise UsageError("steps.unknown", where=asked, step=asked, known=", ".join(slugs))
    if only is not None:
        if start is not None or until is not None:
            raise UsageError("steps.only_alone", where="--only")
        return (steps[slugs.index(only)],)
    first = slugs.index(start) if start else 0
    last = slugs.index(until) if until else len(slugs) - 1
    if first > last:
        raise UsageError("steps.empty_selection", where="--from", start=start, until=until)
    return tuple(steps[first : last + 1])
