"""Text measured in terminal cells: Korean letters are two wide, so `len` would misalign them."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """How many terminal columns `text` takes."""
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
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and width(longer) > cells:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines
