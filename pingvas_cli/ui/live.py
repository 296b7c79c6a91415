"""The live view of a run of steps in a terminal; with `bar`, the only place that imports Rich.

Finished steps are printed once and stay; only the running step and the meter below it move.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.cells import cell_len
from rich.console import Console as RichConsole
from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pingvas_cli.errors import Message, msg
from pingvas_cli.messages import Translator
from pingvas_cli.steps.observer import Outcome
from pingvas_cli.ui.console import Console
from pingvas_cli.ui.progress import GLYPHS, Tally, duration

if TYPE_CHECKING:
    from pingvas_cli.steps.plan import PlanEntry

STYLES: Final = {Outcome.DONE: "green", Outcome.PRESENT: "dim", Outcome.FAILED: "bold red"}
TIME_CELLS: Final = 7
METER_CELLS: Final = 24


class LiveProgress:
    """Draws the run; use it as a context manager, so that the terminal is always given back."""

    def __init__(
        self,
        console: Console,
        translator: Translator,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rich = terminal(console)
        self._translator = translator
        self._clock = clock
        self._tally = Tally(clock)
        self._title_cells = 0
        self._running: tuple[str, float] | None = None
        self._reason = ""
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(
            get_renderable=self._moving, console=self._rich, transient=True, refresh_per_second=12
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is not None:
            self._print(Text("■", "yellow"), self._running[0], self._elapsed(), "")
        self._running = None
        self._live.stop()
        self._rich.print(Text(self._text(self._tally.summary(failed=kind is not None)), "bold"))

    def planned(self, entries: Sequence[PlanEntry]) -> None:
        """Remember how much there is and how wide the titles are."""
        self._tally.total = len(entries)
        titles = [self._text(entry.title) for entry in entries]
        self._title_cells = max(map(cell_len, titles), default=0)

    def started(self, slug: str, title: Message) -> None:
        """Show a step as running."""
        self._tally.start(slug, title)
        self._reason = ""
        self._running = (self._text(title), self._clock())
        self._title_cells = max(self._title_cells, cell_len(self._running[0]))

    def waiting(self, slug: str, reason: Message, retry_after_s: float) -> None:
        """Show what the running step waits for."""
        self._reason = self._text(msg("ui.waiting_for", reason=reason))

    def finished(self, slug: str, outcome: Outcome, elapsed_s: float) -> None:
        """Print the step where it stays."""
        self._running = None
        self._tally.finish(outcome)
        note = "" if outcome is Outcome.DONE else self._text(msg(f"ui.outcome_{outcome.value}"))
        glyph = Text(GLYPHS[outcome], STYLES[outcome])
        self._print(glyph, self._text(self._tally.title(slug)), elapsed_s, note)

    def _print(self, glyph: Text, title: str, elapsed_s: float, note: str) -> None:
        style = "dim" if glyph.plain == GLYPHS[Outcome.PRESENT] else ""
        self._rich.print(self._row(glyph, Text(title, style), elapsed_s, Text(note, "dim")))

    def _row(self, glyph: Text | Spinner, title: Text, elapsed_s: float, note: Text) -> Table:
        title_cells = min(self._title_cells, max(20, self._rich.width - 34))
        note_cells = max(1, self._rich.width - title_cells - TIME_CELLS - 5)
        row = Table.grid(padding=(0, 1))
        row.add_column(width=1)
        row.add_column(width=title_cells, no_wrap=True, overflow="ellipsis")
        row.add_column(width=TIME_CELLS, justify="right", style="dim")
        row.add_column(max_width=note_cells, no_wrap=True, overflow="ellipsis")
        row.add_row(glyph, title, duration(elapsed_s), note)
        return row

    def _moving(self) -> Group:
        """What is redrawn: the running step, if any, and the meter."""
        parts: list[Table | Text] = [self._meter()]
        if self._running is not None:
            title = Text(self._running[0], "bold")
            parts.insert(
                0, self._row(self._spinner, title, self._elapsed(), Text(self._reason, "yellow"))
            )
        return Group(*parts)

    def _meter(self) -> Text:
        done = self._tally.finished
        filled = METER_CELLS * done // max(1, self._tally.total)
        counts = f" {done}/{self._tally.total} · {duration(self._tally.elapsed_s())}"
        return Text.assemble(
            "  ",
            ("━" * filled, "green"),
            ("━" * (METER_CELLS - filled), "bright_black"),
            (counts, "dim"),
        )

    def _elapsed(self) -> float:
        return self._clock() - self._running[1] if self._running is not None else 0.0

    def _text(self, message: Message) -> str:
        return self._translator.text(message)


def terminal(console: Console) -> RichConsole:
    """Rich writing to our stderr, with our decision about color."""
    return RichConsole(
        file=console.err,
        force_terminal=True,
        no_color=not console.color_err,
        highlight=False,
        markup=False,
        emoji=False,
    )
