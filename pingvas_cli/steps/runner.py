"""The runner: the one place that executes steps, waits, retries and records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pingvas_cli.errors import PingvasError, msg
from pingvas_cli.steps.clock import Clock
from pingvas_cli.steps.journal import Journal, Record
from pingvas_cli.steps.observer import Observer, Outcome
from pingvas_cli.steps.plan import PlanEntry
from pingvas_cli.steps.step import Done, Present, Step, StepFailed, Waiting

Context = TypeVar("Context")

MOST_TRIES: Final = 3


@dataclass(frozen=True)
class Summary:
    """What a run changed: the slugs it applied, and the seconds it took."""

    applied: tuple[str, ...]
    elapsed_s: float


@dataclass(frozen=True)
class Runner(Generic[Context]):
    """Runs steps in order; stops at the first that fails."""

    ctx: Context
    journal: Journal
    observer: Observer
    clock: Clock

    def run(self, steps: Sequence[Step[Context]], plan: Sequence[PlanEntry]) -> Summary:
        """Bring every step to Present; raises StepFailed at the first that fails.

        `plan` is what inspecting them gave a moment ago. When it leaves something to do, each step
        is inspected again in its turn, because an earlier one may have changed its world.
        """
        begun = self.clock.elapsed_s()
        self.observer.planned(plan)
        if not any(entry.to_do for entry in plan):
            self._report_present(steps)
            return Summary((), self.clock.elapsed_s() - begun)
        run = self.clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
        applied = tuple(step.slug for step in steps if self._bring(step, run))
        return Summary(applied, self.clock.elapsed_s() - begun)

    def _report_present(self, steps: Sequence[Step[Context]]) -> None:
        for step in steps:
            self.observer.started(step.slug, step.title)
            self.observer.finished(step.slug, Outcome.PRESENT, 0.0)

    def _bring(self, step: Step[Context], run: str) -> bool:
        """True when the step had to be applied."""
        begun, started_at = self.clock.elapsed_s(), self.clock.now().isoformat()
        self.observer.started(step.slug, step.title)
        if isinstance(step.inspect(self.ctx), Present):
            self.observer.finished(step.slug, Outcome.PRESENT, self.clock.elapsed_s() - begun)
            return False
        try:
            done = self._apply_until_done(step)
        except PingvasError as error:
            with suppress(StepFailed):
                self._finish(step, run, Outcome.FAILED, begun, started_at, Done(), error)
            raise
        self._finish(step, run, Outcome.DONE, begun, started_at, done)
        return True

    def _apply_until_done(self, step: Step[Context]) -> Done:
        deadline = self.clock.elapsed_s() + step.patience_s
        tries = 1
        while True:
            try:
                outcome = step.apply(self.ctx)
            except OSError as error:
                raise _refused(step.slug, error) from error
            except StepFailed as error:
                tries += 1
                if not error.retryable or tries > MOST_TRIES:
                    raise
                outcome = Waiting(msg("steps.trying_again", code=error.code), 0.25 * 2**tries)
            if isinstance(outcome, Done):
                return self._confirm(step, outcome)
            self._wait(step, outcome, deadline)

    def _confirm(self, step: Step[Context], done: Done) -> Done:
        if not isinstance(step.inspect(self.ctx), Present):
            raise StepFailed("steps.not_present", where=step.slug, step=step.title)
        return done

    def _wait(self, step: Step[Context], waiting: Waiting, deadline: float) -> None:
        if self.clock.elapsed_s() >= deadline:
            raise StepFailed(
                "steps.timed_out",
                where=step.slug,
                step=step.title,
                reason=waiting.reason,
                seconds=round(step.patience_s),
            )
        self.observer.waiting(step.slug, waiting.reason, waiting.retry_after_s)
        self.clock.sleep(waiting.retry_after_s)

    def _finish(
        self,
        step: Step[Context],
        run: str,
        outcome: Outcome,
        begun: float,
        started_at: str,
        done: Done,
        error: PingvasError | None = None,
    ) -> None:
        elapsed = self.clock.elapsed_s() - begun
        code = error.code if error else None
        self.observer.finished(step.slug, outcome, elapsed)
        record = Record(run, step.slug, outcome, started_at, round(elapsed, 3), done.outputs, code)
        try:
            self.journal.append(record)
        except OSError as error:
            raise _refused(step.slug, error) from error


def _refused(slug: str, error: OSError) -> StepFailed:
    """The operating system's refusal (disk full, no permission) as a step's failure."""
    path, detail = str(error.filename or slug), error.strerror or str(error)
    return StepFailed("steps.system_refuses", where=path, path=path, detail=detail)
