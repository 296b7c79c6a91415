"""What a step is: it inspects the world, previews what it would do, and does it.

A step never sleeps and never asks: what it must wait for it returns as `Waiting`. It is idempotent
because it inspects before it applies, so resuming is starting again from the top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pingvas_cli.errors import Message, PingvasError

Context = TypeVar("Context", contravariant=True)


@dataclass(frozen=True)
class Present:
    """The world already is as the step would leave it."""


@dataclass(frozen=True)
class Absent:
    """What the step makes is not there, or can't be reached yet."""


@dataclass(frozen=True)
class Drifted:
    """It is there, but differs; `why` names the difference."""

    why: Message


Inspection = Present | Absent | Drifted


@dataclass(frozen=True)
class Done:
    """Applied; `outputs` are facts worth keeping in the journal (never secrets)."""

    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """Not finished: ask again after `retry_after_s` seconds."""

    reason: Message
    retry_after_s: float = 0.2


Applied = Done | Waiting


class Step(Protocol[Context]):
    """One idempotent piece of work; `patience_s` bounds how long it may wait in all."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> Message: ...
    @property
    def patience_s(self) -> float: ...
    def inspect(self, ctx: Context) -> Inspection: ...
    def preview(self, ctx: Context) -> tuple[Message, ...]: ...
    def apply(self, ctx: Context) -> Applied: ...


class StepFailed(PingvasError):
    """A step could not do its work; `retryable` when the same call may succeed in a moment."""

    def __init__(
        self, code: str, /, *, where: str = "", retryable: bool = False, **params: object
    ) -> None:
        super().__init__(code, where=where, findings=(), **params)
        self.retryable = retryable
