"""The two streams: data goes to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TextIO

from pingvas_cli.errors import PingvasError
from pingvas_cli.ui import cells
from pingvas_cli.ui.modes import ColorMode, wants_color

INDENT: Final = "  "


class Tone(StrEnum):
    """What a color means; the value is the ANSI code."""

    PLAIN = ""
    STRONG = "1"
    DIM = "2"
    GOOD = "32"
    WARNING = "33"
    BAD = "1;31"
    NOTABLE = "36"


@dataclass(frozen=True)
class Console:
    """Where text goes and whether each stream is colored."""

    out: TextIO
    err: TextIO
    color_out: bool
    color_err: bool

    @classmethod
    def make(cls, mode: ColorMode, environ: Mapping[str, str] = os.environ) -> Console:
        out, err = sys.stdout, sys.stderr
        return cls(out, err, wants_color(mode, environ, out), wants_color(mode, environ, err))

    def data(self, text: str) -> None:
        """One block of the command's result."""
        write(self.out, text if text.endswith("\n") else f"{text}\n")

    def note(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Lines for the person, kept out of the data; folded where they meet a terminal."""
        self.raw_note(cells.fold(text, _columns(self.err), INDENT), tone)

    def raw_note(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """The same for a document, whose lines are a program's."""
        with suppress(PingvasError):  # there is nowhere left to say it
            write(self.err, paint(text, tone, enabled=self.color_err) + "\n")

    @property
    def columns(self) -> int | None:
        """How wide the terminal of stdout is; None where that is a file or a pipe."""
        return _columns(self.out)

    def clear(self) -> None:
        """Begin a new screen where stdout is one; elsewhere leave an empty line."""
        write(self.out, "\x1b[H\x1b[2J" if self.out.isatty() else "\n")


def _columns(stream: TextIO) -> int | None:
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def write(stream: TextIO, text: str) -> None:
    """Write at once; raises `cli.output_fails` where the system takes nothing, as on a full disk.

    A reader that went away stays a `BrokenPipeError`.
    """
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(stream)
        raise output_fails(error) from error


def output_fails(error: OSError) -> PingvasError:
    """The one error for data that can't be written."""
    return PingvasError("cli.output_fails", detail=error.strerror or str(error))


def silence(stream: TextIO) -> None:
    """Send what is left in the stream nowhere, so that the interpreter's last flush succeeds."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def paint(text: str, tone: Tone, *, enabled: bool) -> str:
    """`text` in its color, or as it is."""
    return f"\x1b[{tone}m{text}\x1b[0m" if enabled and tone and text else text
