"""How far a long copy is: a bar in a terminal, a line per tenth in a log, or silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pingvas_cli.errors import msg
from pingvas_cli.messages import Translator
from pingvas_cli.ui.console import Console
from pingvas_cli.ui.modes import ProgressMode

MIB: Final = 1024**2
Advance = Callable[[str, int, int], None]


@contextmanager
def downloading(console: Console, translator: Translator, mode: ProgressMode) -> Iterator[Advance]:
    """Give a function `(stage, done_bytes, total_bytes)` for a mode that is already decided."""
    if mode is ProgressMode.TTY:
        from pingvas_cli.ui.bar import download_bar

        with download_bar(console) as advance:
            yield advance
    elif mode is ProgressMode.PLAIN:
        yield PlainDownload(console, translator)
    else:
        yield _silence


class PlainDownload:
    """One line per stage and tenth."""

    def __init__(self, console: Console, translator: Translator) -> None:
        self._console = console
        self._translator = translator
        self._last: tuple[str, int] = ("", -1)

    def __call__(self, stage: str, done_bytes: int, total_bytes: int) -> None:
        tenth = 10 * done_bytes // total_bytes if total_bytes else 0
        if (stage, tenth) != self._last:
            self._last = (stage, tenth)
            done, total = round(done_bytes / MIB), round(total_bytes / MIB)
            line = msg("ui.downloaded", stage=stage, done=done, total=total, percent=10 * tenth)
            self._console.note(self._translator.text(line))


def _silence(stage: str, done_bytes: int, total_bytes: int) -> None:
    """Say nothing."""
