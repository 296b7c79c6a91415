"""A real run in a terminal of its own, and what that terminal shows in the end.

Understands what pingvas and Rich write: colors, carriage returns, erased lines, the cursor moved
up. A Korean letter takes two cells.
"""

from __future__ import annotations

import os
import pty
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from termios import TIOCSWINSZ
from typing import Final

from pingvas_cli.ui import cells

TOKEN: Final = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")
ROWS: Final = 200
QUESTION: Final = b"[y/N]"


@dataclass(frozen=True)
class Cell:
    """A character and the SGR parameters it was written with; `""` follows a wide character."""

    text: str
    style: tuple[str, ...] = ()


@dataclass
class Screen:
    """Lines of cells and a cursor; lines are never scrolled away."""

    columns: int
    lines: list[list[Cell]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    style: tuple[str, ...] = ()

    def write(self, text: str) -> None:
        """Take what a program wrote to its terminal."""
        for parameters, command, control, character in TOKEN.findall(text):
            if command:
                self._command(parameters, command)
            elif control == "\r":
                self.column = 0
            elif control == "\n":
                self._down()
            else:
                self._put(character)

    def _command(self, parameters: str, command: str) -> None:
        if command == "m":
            given = tuple(each for each in parameters.split(";") if each not in ("", "0"))
            self.style = (*self.style, *given) if given else ()
        elif command == "A":
            self.row = max(0, self.row - int(parameters or 1))
        elif command == "K":
            kept = 0 if parameters == "2" else self.column
            del self.lines[self.row][kept:]

    def _down(self) -> None:
        self.row += 1
        self.column = 0
        if self.row == len(self.lines):
            self.lines.append([])

    def _put(self, character: str) -> None:
        width = cells.width(character)
        if self.column + width > self.columns:
            self._down()
        line = self.lines[self.row]
        line.extend(Cell(" ") for _ in range(self.column - len(line)))
        line[self.column : self.column + width] = [
            Cell(character, self.style),
            *(Cell("") for _ in range(width - 1)),
        ]
        self.column += width


def record(
    command: Sequence[str], environment: Mapping[str, str], columns: int, answer: str
) -> Screen:
    """Run `command` in a terminal, type `answer` at its first question, return its last screen.

    Raises RuntimeError when the command fails.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], list(command), dict(environment))  # noqa: S606 - the run itself
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    shown = _converse(terminal, answer)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        raise RuntimeError(shown[-2000:])
    screen = Screen(columns)
    screen.write(shown)
    return screen


def _converse(terminal: int, answer: str) -> str:
    """Everything the program writes; the answer is typed when it asks."""
    pieces: list[bytes] = []
    asked = False
    while piece := _read(terminal):
        pieces.append(piece)
        if QUESTION in piece and not asked:
            asked = os.write(terminal, answer.encode()) > 0
    os.close(terminal)
    return b"".join(pieces).decode("utf-8", errors="replace")


def _read(terminal: int) -> bytes:
    """What comes next; nothing when the other side is closed (which Linux calls an error)."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""
