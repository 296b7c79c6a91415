"""Draw the terminal's pictures from real runs: `python -m docs.pictures`.

For each language it stands a platform up in a folder of its own, draws what the terminal shows
from the question on, and destroys the platform. Takes minutes, and the default ports.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from docs.terminal import Cell, Screen, record

IMAGES: Final = Path(__file__).parent / "images"
LANGUAGES: Final = ("en", "ko")
COLUMNS: Final = 100
CELL_PX: Final = 8.4
LINE_PX: Final = 19
MARGIN_PX: Final = 18
BAR_PX: Final = 34
HARD_SPACE: Final = "\u00a0"
PINGVAS: Final = (sys.executable, "-m", "pingvas_cli")
COLORS: Final = {
    "31": "#ff7b72",
    "32": "#7ee787",
    "33": "#e3b341",
    "36": "#76e3ea",
    "90": "#6e7681",
}
FRAME: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" \
viewBox="0 0 {width} {height}" role="img" aria-label="{label}">
<rect width="{width}" height="{height}" rx="10" fill="#0d1117" stroke="#30363d"/>
<circle cx="20" cy="18" r="5.5" fill="#ff5f57"/><circle cx="38" cy="18" r="5.5" fill="#febc2e"/>\
<circle cx="56" cy="18" r="5.5" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', \
'Noto Sans Mono CJK KR', 'D2Coding', monospace" font-size="14" fill="#e6edf3">
{texts}
</g>
</svg>
"""


def main() -> None:
    """One picture per language."""
    for language in LANGUAGES:
        lines = _run(language)
        path = IMAGES / f"terminal-{language}.svg"
        path.write_text(svg(lines, "pingvas bootstrap"), encoding="utf-8")


def svg(lines: Sequence[Sequence[Cell]], label: str) -> str:
    """Lines of cells as a picture of a terminal; each piece is as wide as its cells."""
    texts = [text for row, line in enumerate(lines) for text in _texts(row, line)]
    width = round(COLUMNS * CELL_PX + 2 * MARGIN_PX)
    height = BAR_PX + len(lines) * LINE_PX + MARGIN_PX
    return FRAME.format(width=width, height=height, label=label, texts="\n".join(texts))


def _run(language: str) -> list[list[Cell]]:
    """The command, an ellipsis for the plan, and everything from the question on."""
    with tempfile.TemporaryDirectory(dir="/tmp") as home:  # short, for the supervisor's socket
        environment = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color"}
        environment |= {"LANG": "C.UTF-8", "PINGVAS_LANG": language}
        try:
            columns = COLUMNS + len(home) - len("~")
            screen = record((*PINGVAS, "bootstrap"), environment, columns, "y\n")
        finally:
            subprocess.run((*PINGVAS, "destroy", "--yes"), env=environment, check=False)
    return [*_typed("$ pingvas bootstrap"), *_typed("…"), *_end(screen, home)]


def _typed(text: str) -> list[list[Cell]]:
    return [[Cell(character) for character in text]]


def _end(screen: Screen, home: str) -> list[list[Cell]]:
    question = next(row for row, line in enumerate(screen.lines) if "[y/N]" in _plain(line))
    lines = [_homely(line, home) for line in screen.lines[question:]]
    while not _plain(lines[-1]).strip():
        lines.pop()
    return lines


def _homely(line: list[Cell], home: str) -> list[Cell]:
    """The line with the person's own folder written as `~`."""
    texts = "".join(cell.text or "\0" for cell in line)
    start = texts.find(home)
    if start < 0:
        return line
    return _homely([*line[:start], Cell("~"), *line[start + len(home) :]], home)


def _plain(line: Sequence[Cell]) -> str:
    return "".join(cell.text for cell in line)


def _texts(row: int, line: Sequence[Cell]) -> list[str]:
    """Pieces of one style and one width of letters, each at its column."""
    texts, column = [], 0
    for (style, _), group in groupby(_measured(line), key=lambda each: each[0]):
        cells = [cell for _, cell in group]
        texts.append(_text(row, column, style, cells))
        column += len(cells)
    return [text for text in texts if text]


def _measured(line: Sequence[Cell]) -> list[tuple[tuple[tuple[str, ...], bool], Cell]]:
    """Each cell with its style and whether it belongs to a wide letter."""
    measured: list[tuple[tuple[tuple[str, ...], bool], Cell]] = []
    for cell, following in zip(line, [*line, Cell(" ")][1:], strict=True):
        wide = cell.text == "" or following.text == ""
        style = measured[-1][0][0] if cell.text == "" else cell.style
        measured.append(((style, wide), cell))
    return measured


def _text(row: int, column: int, style: tuple[str, ...], cells: Sequence[Cell]) -> str:
    text = _plain(cells)
    if not text.strip():
        return ""
    x, y = MARGIN_PX + column * CELL_PX, BAR_PX + row * LINE_PX + 14
    length = len(cells) * CELL_PX
    place = f'x="{x:.1f}" y="{y}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place}{_attributes(style)}>{escape(text.replace(' ', HARD_SPACE))}</text>"


def _attributes(style: tuple[str, ...]) -> str:
    color = next((COLORS[each] for each in style if each in COLORS), None)
    parts = [f' fill="{color}"'] if color else []
    if "1" in style:
        parts.append(' font-weight="bold"')
    if "2" in style:
        parts.append(' opacity="0.65"')
    return "".join(parts)


if __name__ == "__main__":
    main()
