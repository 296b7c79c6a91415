"""Text measured in terminal cells: Korean letters are two wide, so `len` would misalign them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

COLOR: Final = re.compile(r"\x1b\[[0-9;]*m")
WORD: Final = re.compile(r"\s*\S+")
JOINTS: Final = frozenset("/,:._-=")


def width(text: str) -> int:
    """How many terminal columns `text` takes; colors take none."""
    if "\x1b" in text:
        text = COLOR.sub("", text)
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """`text` filled with spaces to `cells` columns; longer text is left alone."""
    blanks = " " * max(0, cells - width(text))
    return blanks + text if right else text + blanks


def cut(text: str, cells: int) -> str:
    """`text` in at most `cells` columns, an ellipsis showing that something is missing."""
    if width(text) <= cells:
        return text
    kept, used = "", 0
    for character in text:
        used += _cell(character)
        if used > cells - 1:
            break
        kept += character
    return kept + "…"


def wrap(text: str, cells: int) -> list[str]:
    """`text` broken at spaces into lines of at most `cells` columns; a long word stays whole."""
    return _packed((f" {word}" for word in text.split()), cells)


def fold(text: str, cells: int | None, indent: str = "") -> str:
    """`text` with no line wider than `cells` columns: long words are broken too.

    A line that goes on begins with its own blanks and `indent`; None breaks nothing.
    """
    if cells is None:
        return text
    return "\n".join(_folded(line, cells, indent) for line in text.split("\n"))


def _folded(line: str, cells: int, indent: str) -> str:
    if width(line) <= cells:
        return line
    margin = line[: len(line) - len(line.lstrip())]
    room = max(cells - width(margin + indent), 2)
    parts = [part for word in WORD.findall(line) for part in _broken(word, room)]
    return margin + f"\n{margin}{indent}".join(_packed(parts, room))


def _packed(parts: Iterable[str], cells: int) -> list[str]:
    """Words, or parts of them, with the blanks before them; a line begins with none."""
    lines: list[str] = []
    line = ""
    for part in parts:
        longer = line + part if line else part.lstrip()
        if line and width(longer) > cells:
            lines.append(line)
            longer = part.lstrip()
        line = longer
    return [*lines, line] if line else lines


def _broken(word: str, cells: int) -> Iterator[str]:
    """A word that fits, or its parts that do; broken behind a joint where it has one."""
    while width(word) > cells:
        end = _fitting(word, cells)
        joint = next((at for at in range(end, 0, -1) if word[at - 1] in JOINTS), end)
        yield word[:joint]
        word = word[joint:]
    yield word


def _fitting(word: str, cells: int) -> int:
    """How many characters of a word fit, at least one; a color is not broken."""
    used = at = 0
    while at < len(word):
        color = COLOR.match(word, at)
        if color:
            at = color.end()
            continue
        used += _cell(word[at])
        if used > cells:
            break
        at += 1
    return max(at, 1)
