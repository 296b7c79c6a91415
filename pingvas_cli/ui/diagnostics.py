"""One shape for every failure: code, what happened, where, what to do, where to read more."""

from __future__ import annotations

import json
from typing import Final

from pingvas_cli.errors import Message, PingvasError
from pingvas_cli.messages import Translator
from pingvas_cli.ui import cells
from pingvas_cli.ui.console import Console, Tone, paint
from pingvas_cli.ui.modes import OutputFormat

DOCS: Final = "docs/reference/errors"


def report(
    error: PingvasError, console: Console, translator: Translator, form: OutputFormat
) -> None:
    """Write the failure to stderr: sentences for a person, a document for a program."""
    shape = described(error, translator)
    if form is OutputFormat.TABLE:
        console.note(_sentences(error, translator, color=console.color_err))
    else:
        indent = None if form is OutputFormat.NDJSON else 2
        console.raw_note(json.dumps({"error": shape}, ensure_ascii=False, indent=indent))


def described(error: PingvasError, translator: Translator) -> dict[str, object]:
    """The failure as data; the same keys whatever failed."""
    what, remedy = translator.error(Message(error.code, error.params))
    return {
        "code": error.code,
        "message": what,
        "where": error.where,
        "remedy": remedy,
        "docs": docs_of(error.code),
        "findings": [_finding(finding, translator) for finding in _places(error)],
    }


def docs_of(code: str) -> str:
    """The page of an error code."""
    return f"{DOCS}/{code}.md"


def _places(error: PingvasError) -> list[tuple[str, Message]]:
    return [(found.where, Message(found.code, found.params)) for found in error.findings]


def _finding(finding: tuple[str, Message], translator: Translator) -> dict[str, object]:
    where, message = finding
    what, remedy = translator.error(message)
    return {"code": message.key, "message": what, "where": where, "remedy": remedy}


def _sentences(error: PingvasError, translator: Translator, *, color: bool) -> str:
    what, remedy = translator.error(Message(error.code, error.params))
    label = paint(translator.text(Message("ui.error")), Tone.BAD, enabled=color)
    code = paint(f"[{error.code}]", Tone.DIM, enabled=color)
    lines = [f"{label}{code} {what}"]
    for found in _places(error):
        lines += _finding_lines(found, translator, color=color)
    return "\n".join([*lines, *_particulars(error.where, remedy, error.code, translator, color)])


def _particulars(
    where: str, remedy: str, code: str, translator: Translator, color: bool
) -> list[str]:
    rows = {"ui.where": where, "ui.remedy": remedy, "ui.docs": docs_of(code)}
    titles = {key: translator.text(Message(key)) for key in rows}
    widest = max(map(cells.width, titles.values()))
    return [
        f"  {paint(cells.pad(titles[key], widest), Tone.STRONG, enabled=color)} {value}"
        for key, value in rows.items()
        if value
    ]


def _finding_lines(
    finding: tuple[str, Message], translator: Translator, *, color: bool
) -> list[str]:
    where, message = finding
    what, remedy = translator.error(message)
    place = paint(where, Tone.NOTABLE, enabled=color)
    code = paint(f"[{message.key}]", Tone.DIM, enabled=color)
    return [f"  {place}: {what} {code}", *([f"    {remedy}"] if remedy else [])]
