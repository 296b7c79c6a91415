"""Records as a table for people or as JSON, YAML or NDJSON for programs.

A program gets every field under its own name; a person gets the chosen columns with translated
titles. Decimals leave as text (exact), times as ISO 8601 in UTC, enums as their values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Final

from pingvas_cli.errors import Message
from pingvas_cli.messages import Translator
from pingvas_cli.ui import cells
from pingvas_cli.ui.console import Console, Tone, paint
from pingvas_cli.ui.modes import OutputFormat

Record = Mapping[str, object]
INDENT: Final = "    "


@dataclass(frozen=True)
class Column:
    """One column of a table: the record's field, its title, and how values are colored.

    `prose` goes below its row, wrapped, where a terminal is too narrow for the table.
    """

    name: str
    title: Message
    right: bool = False
    prose: bool = False
    tones: Mapping[str, Tone] = field(default_factory=dict)


def show(
    console: Console,
    translator: Translator,
    records: Sequence[Record],
    columns: Sequence[Column],
    form: OutputFormat,
) -> None:
    """Several records: a table, a list, or one JSON document per line."""
    if form is OutputFormat.TABLE:
        if records:
            shown = table(
                translator, records, columns, color=console.color_out, width=console.columns
            )
            console.data(shown)
    else:
        console.data(serialized(records, form))


def show_one(
    console: Console,
    translator: Translator,
    record: Record,
    columns: Sequence[Column],
    form: OutputFormat,
) -> None:
    """One record: a line per field, or one document."""
    if form is OutputFormat.TABLE:
        console.data(sheet(translator, record, columns, color=console.color_out))
    else:
        console.data(serialized(record, form))


def table(
    translator: Translator,
    records: Sequence[Record],
    columns: Sequence[Column],
    *,
    color: bool,
    width: int | None = None,
) -> str:
    """Titles and rows aligned by terminal cells, without frames, so that it also greps well.

    Where it is wider than `width`, prose is below its row.
    """
    whole = _aligned(translator, records, columns, color=color)
    fits = width is None or max(map(cells.width, whole)) <= width
    if fits or width is None or not any(column.prose for column in columns):
        return "\n".join(whole)
    short, below = _parted(translator, records, columns, width)
    head, *rows = _aligned(translator, records, short, color=color)
    told = (_below(record, below, width) for record in records)
    return "\n".join(
        [head, *(line for row, text in zip(rows, told, strict=True) for line in (row, *text))]
    )


def _below(record: Record, columns: Sequence[Column], width: int) -> list[str]:
    texts = (cell_text(record.get(column.name)) for column in columns)
    return [
        f"{INDENT}{line}"
        for text in texts
        if text not in ("", "-")
        for line in cells.fold(" ".join(text.split()), width - len(INDENT)).split("\n")
    ]


def _parted(
    translator: Translator, records: Sequence[Record], columns: Sequence[Column], width: int
) -> tuple[list[Column], list[Column]]:
    """What stays in a row of at most `width` columns, and what goes below it."""
    short = [column for column in columns if not column.prose]
    while len(short) > 1 and _widest(translator, records, short) > width:
        short.pop()
    return short, [column for column in columns if column not in short]


def _widest(translator: Translator, records: Sequence[Record], columns: Sequence[Column]) -> int:
    lines = _aligned(translator, records, columns, color=False)
    return max(map(cells.width, lines))


def _aligned(
    translator: Translator, records: Sequence[Record], columns: Sequence[Column], *, color: bool
) -> list[str]:
    """The head and a line for each record."""
    titles = [translator.text(column.title) for column in columns]
    rows = [[cell_text(record.get(column.name)) for column in columns] for record in records]
    widths = [max(map(cells.width, texts)) for texts in zip(titles, *rows, strict=True)]
    head = [paint(text, Tone.STRONG, enabled=color) for text in _fit(titles, widths, columns)]
    body = [_toned(row, _fit(row, widths, columns), columns, color=color) for row in rows]
    return ["  ".join(line).rstrip() for line in [head, *body]]


def sheet(translator: Translator, record: Record, columns: Sequence[Column], *, color: bool) -> str:
    """One `title  value` line per column."""
    titles = [translator.text(column.title) for column in columns]
    widest = max(map(cells.width, titles), default=0)
    lines = []
    for title, column in zip(titles, columns, strict=True):
        text = cell_text(record.get(column.name))
        value = paint(text, column.tones.get(text, Tone.PLAIN), enabled=color)
        lines.append(f"{paint(cells.pad(title, widest), Tone.STRONG, enabled=color)}  {value}")
    return "\n".join(line.rstrip() for line in lines)


def _fit(texts: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> list[str]:
    fields = zip(texts, widths, columns, strict=True)
    return [cells.pad(text, size, right=column.right) for text, size, column in fields]


def _toned(
    row: Sequence[str], fitted: Sequence[str], columns: Sequence[Column], *, color: bool
) -> list[str]:
    return [
        paint(text, column.tones.get(value, Tone.PLAIN), enabled=color)
        for value, text, column in zip(row, fitted, columns, strict=True)
    ]


def cell_text(value: object) -> str:
    """A value as a person reads it in one cell."""
    plain = plain_data(value)
    if plain is None:
        return "-"
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, list):
        return ", ".join(cell_text(item) for item in plain) or "-"
    if isinstance(plain, dict):
        return ", ".join(f"{key}={cell_text(item)}" for key, item in plain.items()) or "-"
    return str(plain)


def serialized(value: Record | Sequence[Record], form: OutputFormat) -> str:
    """The records as a document of the chosen form."""
    plain = plain_data(value)
    if form is OutputFormat.YAML:
        import yaml

        return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
    if form is OutputFormat.NDJSON:
        items = plain if isinstance(plain, list) else [plain]
        return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    return json.dumps(plain, ensure_ascii=False, indent=2)


def plain_data(value: object) -> object:
    """A value made of what JSON knows."""
    match value:
        case Enum():
            return plain_data(value.value)
        case Mapping():
            return {str(key): plain_data(item) for key, item in value.items()}
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Decimal():
            return format(value, "f")
        case PurePath():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return [plain_data(item) for item in value]
        case _:
            return str(value)
