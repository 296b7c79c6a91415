"""The view of a run of steps: live lines in a terminal, one line per event in a log, or silence."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pingvas_cli.errors import Message, msg
from pingvas_cli.messages import Translator
from pingvas_cli.steps.observer import Outcome
from pingvas_cli.ui.console import Console, Tone, paint
from pingvas_cli.ui.modes import ProgressMode

if TYPE_CHECKING:
    from pingvas_cli.steps.observer import Observer
    from pingvas_cli.steps.plan import PlanEntry

GLYPHS = {Outcome.DONE: "✓", Outcome.PRESENT: "·", Outcome.FAILED: "✗"}
TONES = {Outcome.DONE: Tone.GOOD, Outcome.PRESENT: Tone.DIM, Outcome.FAILED: Tone.BAD}


@contextmanager
def watching(console: Console, translator: Translator, mode: ProgressMode) -> Iterator[Observer]:
    """The observer for a mode that is already decided (never `auto`), closed at the end."""
    if mode is ProgressMode.TTY:
        from pingvas_cli.ui.live import LiveProgress

        with LiveProgress(console, translator) as live:
            yield live
    elif mode is ProgressMode.QUIET:
        yield QuietProgress()
    else:
        yield from _plainly(PlainProgress(console, translator))


def _plainly(progress: PlainProgress) -> Iterator[Observer]:
    try:
        yield progress
    except BaseException:
        progress.total(failed=True)
        raise
    progress.total(failed=False)


def duration(seconds: float) -> str:
    """`0.4s`, `12.3s`, `2m05s`, `1h02m`: what fits a narrow column."""
    if seconds < 59.95:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"


class Tally:
    """What has happened so far in a run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.total = 0
        self._clock = clock
        self._began = clock()
        self._titles: dict[str, Message] = {}
        self._outcomes: Counter[Outcome] = Counter()

    @property
    def finished(self) -> int:
        return self._outcomes.total()

    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._began

    def start(self, slug: str, title: Message) -> None:
        """Note a step by its title."""
        self._titles[slug] = title
        self.total = max(self.total, len(self._titles))

    def finish(self, outcome: Outcome) -> None:
        """Note how a step ended."""
        self._outcomes[outcome] += 1

    def title(self, slug: str) -> Message:
        """What a step is called."""
        return self._titles[slug]

    def position(self, slug: str) -> int:
        """Which step it is, from 1."""
        return list(self._titles).index(slug) + 1

    def summary(self, *, failed: bool) -> Message:
        """The last line: how many of how many, how many changed something, how long."""
        key = "ui.run_stopped" if failed else "ui.run_done"
        changed = self._outcomes[Outcome.DONE]
        counts = {"finished": self.finished, "total": self.total, "changed": changed}
        return Message(key, {**counts, "elapsed": duration(self.elapsed_s())})


class QuietProgress:
    """Says nothing; errors are told by the edge."""

    def planned(self, entries: Sequence[PlanEntry]) -> None:
        """Nothing to say."""

    def started(self, slug: str, title: Message) -> None:
        """Nothing to say."""

    def waiting(self, slug: str, reason: Message, retry_after_s: float) -> None:
        """Nothing to say."""

    def finished(self, slug: str, outcome: Outcome, elapsed_s: float) -> None:
        """Nothing to say."""


class PlainProgress:
    """One line per event with the time since the start, for logs: no control characters."""

    def __init__(
        self,
        console: Console,
        translator: Translator,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._translator = translator
        self._tally = Tally(clock)
        self._reasons: dict[str, str] = {}

    def planned(self, entries: Sequence[PlanEntry]) -> None:
        """Say how much there is."""
        self._tally.total = len(entries)
        to_do = sum(entry.to_do for entry in entries)
        self._line("▸", self._text(msg("ui.steps_planned", total=len(entries), to_do=to_do)))

    def started(self, slug: str, title: Message) -> None:
        """Say which step begins."""
        self._tally.start(slug, title)
        self._line("▸", f"{self._place(slug)} {self._text(title)}")

    def waiting(self, slug: str, reason: Message, retry_after_s: float) -> None:
        """Say what a step waits for, once per reason."""
        text = self._text(msg("ui.waiting_for", reason=reason))
        if self._reasons.get(slug) != text:
            self._reasons[slug] = text
            self._line("…", f"{self._place(slug)} {text}")

    def finished(self, slug: str, outcome: Outcome, elapsed_s: float) -> None:
        """Say how a step ended."""
        self._tally.finish(outcome)
        ending = self._text(msg(f"ui.outcome_{outcome.value}"))
        title = self._text(self._tally.title(slug))
        text = f"{self._place(slug)} {title}: {ending} ({duration(elapsed_s)})"
        self._line(GLYPHS[outcome], text, TONES[outcome])

    def total(self, *, failed: bool) -> None:
        """Say the sum."""
        self._line("▪", self._text(self._tally.summary(failed=failed)), Tone.STRONG)

    def _place(self, slug: str) -> str:
        return f"[{self._tally.position(slug)}/{self._tally.total}]"

    def _line(self, glyph: str, text: str, tone: Tone = Tone.PLAIN) -> None:
        minutes, seconds = divmod(int(self._tally.elapsed_s()), 60)
        mark = paint(glyph, tone, enabled=self._console.color_err)
        self._console.note(f"{minutes:02}:{seconds:02} {mark} {text}")

    def _text(self, message: Message) -> str:
        return self._translator.text(message)
