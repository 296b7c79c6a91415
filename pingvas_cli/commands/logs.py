"""`pingvas logs`: the log of one part."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

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
    if not known:
        raise UsageError("local.not_bootstrapped", where=str(session.local.layout.root))
    if name not in known:
        raise UsageError("local.no_such_part", where=name, name=name, known=", ".join(known))
    path = session.local.layout.log(name)
    with path.open("rb") as file:
        last = deque(file, maxlen=lines)
        position = file.tell()
    for line in last:
        session.console.data(line.decode(errors="replace"))
    if follow:
        for text in _follow(path, position):
            session.console.data(text)


def _follow(path: Path, position: int) -> Iterator[str]:
    """Whole lines behind `position` as they come, through any number of rotations."""
    while True:
        with path.open("rb") as file:
            file.seek(position)
            yield from _until_rotated(path, file)
        position = 0


def _until_rotated(path: Path, file: BinaryIO) -> Iterator[str]:
    """Lines of one file; ends when the name stands for another and this one is read out."""
    begun = b""
    while True:
        rotated = not _is_at(path, file)
        for piece in file:
            begun += piece
            if begun.endswith(b"\n"):
                yield begun.decode(errors="replace")
                begun = b""
        if rotated:
            if begun:
                yield begun.decode(errors="replace")
            return
        time.sleep(POLL_S)


def _is_at(path: Path, file: BinaryIO) -> bool:
    """False once there is another file under that name, or this one was cut short."""
    try:
        there = path.stat()
    except FileNotFoundError:  # between the two renames of a rotation
        return True
    return os.path.samestat(there, os.fstat(file.fileno())) and there.st_size >= file.tell()
