"""`pingvas status`: what runs, where, and whether it is healthy."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from pingvas_cli.bootstrap.local.parts import parts
from pingvas_cli.commands.shown import PART_COLUMNS, part_records
from pingvas_cli.errors import Exit, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone

WATCH_S = 2.0


def status(
    ctx: typer.Context,
    *,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="cli.status_watch")] = False,
) -> None:
    """Show the parts; exit 1 when one is not healthy."""
    session = Session.of(ctx)
    healthy = _show(session)
    while watch:
        time.sleep(WATCH_S)
        session.console.clear()
        healthy = _show(session)
    if not healthy:
        raise typer.Exit(Exit.FAILED)


def _show(session: Session) -> bool:
    """True when every part is healthy; an empty platform is not."""
    context = session.local.context
    found = parts(context)
    if not found:
        left = context.host.processes(context.layout.root)
        key = "local.runs_unsupervised" if left else "local.nothing_runs"
        session.note(msg(key, folder=context.layout.root, count=len(left)), Tone.WARNING)
    session.show(part_records(session, found), PART_COLUMNS)
    return bool(found) and all(part.healthy for part in found)
