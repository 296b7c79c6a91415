"""`pingvas logs`: the log of one part."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from pingvas_cli import completers
from pingvas_cli.bootstrap.local.parts import part_names
from pingvas_cli.errors import UsageError
from pingvas_cli.session import Session

POLL_S = 0.2


def logs(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", autocompletion=completers.parts, help="cli.logs_name"),
    ],
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="cli.logs_follow")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="cli.logs_lines")] = 100,
) -> None:
    """Print the end of a log, and what comes with `--follow`."""
    session = Session.of(ctx)
    known = part_names(session.local.context)
    if name not in known:
        raise UsageError("local.no_such_part", where=name, name=name, known=", ".join(known) or "-")
    path = session.local.layout.log(name)
    for line in _end(path, lines):
        session.console.data(line)
    if follow:
        for line in _follow(path):
            session.console.data(line)


def _end(path: Path, lines: int) -> deque[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return deque(file, maxlen=lines)


def _follow(path: Path) -> Iterator[str]:
    """New lines as they come; a rotated file is opened anew."""
    file = path.open(encoding="utf-8", errors="replace")
    file.seek(0, 2)
    while True:
        line = file.readline()
        if line:
            yield line
        elif path.exists() and path.stat().st_size < file.tell():
            file.close()
            file = path.open(encoding="utf-8", errors="replace")
        else:
            time.sleep(POLL_S)
