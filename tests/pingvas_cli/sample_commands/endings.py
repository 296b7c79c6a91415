"""Every way a command can end, under names whose words the catalogues have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pingvas_cli.errors import (
    DriftFound,
    Exit,
    Finding,
    PingvasError,
    Refused,
    StillWaiting,
    UsageError,
    msg,
)
from pingvas_cli.session import Session
from pingvas_cli.ui.output import Column


class Ending(StrEnum):
    """How to end."""

    DONE = "done"
    FAILED = "failed"
    USAGE = "usage"
    REFUSED = "refused"
    WAITING = "waiting"
    DRIFT = "drift"
    EXIT = "exit"
    CRASH = "crash"
    INTERRUPT = "interrupt"
    INTERRUPT_WORK = "interrupt-work"
    PIPE = "pipe"


KINDS = {
    Ending.FAILED: PingvasError,
    Ending.USAGE: UsageError,
    Ending.REFUSED: Refused,
    Ending.WAITING: StillWaiting,
    Ending.DRIFT: DriftFound,
}
OTHERS = {
    Ending.EXIT: typer.Exit(Exit.WAITING),
    Ending.CRASH: ZeroDivisionError("by zero"),
    Ending.INTERRUPT: KeyboardInterrupt(),
    Ending.PIPE: BrokenPipeError(),
}


def end(
    ctx: typer.Context,
    ending: Annotated[Ending, typer.Argument(help="cli.logs_name")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=9, help="cli.logs_lines")] = 3,
    names: Annotated[list[str] | None, typer.Option("--name", help="cli.logs_name")] = None,
    folder: Annotated[Path | None, typer.Option(help="cli.logs_name")] = None,
) -> None:
    """End as asked."""
    session = Session.of(ctx)
    if ending in KINDS:
        findings = (Finding("here:1", "cli.no_such_option", {"name": "x", "hint": "y"}),)
        code = "cli.no_such_command"
        raise KINDS[ending](code, where="there", findings=findings, name="n", hint="h")
    if ending is Ending.INTERRUPT_WORK:
        with session.download():
            raise KeyboardInterrupt
    if ending in OTHERS:
        raise OTHERS[ending]
    options = session.options
    record = {
        "count": count,
        "names": names,
        "folder": folder,
        "output": options.output,
        "lang": options.lang,
        "yes": options.yes,
        "progress": options.progress,
    }
    session.show_one(record, [Column("count", msg("ui.error"))])


def ask(ctx: typer.Context) -> None:
    """Ask for a yes."""
    Session.of(ctx).confirmation.yes(msg("cli.stop"))


def ask_typed(ctx: typer.Context) -> None:
    """Ask for a name."""
    Session.of(ctx).confirmation.typed(msg("cli.destroy"), "pingvas")
