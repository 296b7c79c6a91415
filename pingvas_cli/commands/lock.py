"""`pingvas lock`: who is working on the platform."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pingvas_cli.commands.target import Target, target_of
from pingvas_cli.errors import Refused, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.modes import OutputFormat
from pingvas_cli.ui.output import Column

if TYPE_CHECKING:
    from pingvas_cli.aws_platform import AwsPlatform
    from pingvas_cli.cluster_platform import ClusterPlatform
    from pingvas_cli.local_platform import LocalPlatform

COLUMNS: Final = tuple(
    Column(name, msg(f"steps.column_{name}"))
    for name in ("owner", "pid", "host", "purpose", "since", "age_s")
)
FREE: Final = {"held": False}


def status(ctx: typer.Context) -> None:
    """Show who holds the lock, or that it is free."""
    session = Session.of(ctx)
    holder = _platform(session).lock.holder()
    if holder is None:
        session.note(msg("steps.lock_free"), Tone.GOOD)
        if session.options.output is not OutputFormat.TABLE:
            session.show_one(FREE, COLUMNS)
        return
    record = {"held": True, **asdict(holder), "age_s": round(holder.age_s(datetime.now(UTC)))}
    session.show_one(record, COLUMNS)


def release(
    ctx: typer.Context,
    *,
    force: Annotated[bool, typer.Option("--force", help="cli.lock_release_force")] = False,
) -> None:
    """A lock ends with its holder; only a hung one needs `--force`."""
    session = Session.of(ctx)
    platform = _platform(session)
    holder = platform.lock.holder()
    if holder is None:
        session.note(msg("steps.lock_free"), Tone.GOOD)
        return
    if not force:
        raise Refused("steps.lock_alive", where=str(platform.layout.lock), **asdict(holder))
    platform.lock.break_open()
    session.note(msg("steps.lock_broken", pid=holder.pid), Tone.WARNING)


def _platform(session: Session) -> AwsPlatform | ClusterPlatform | LocalPlatform:
    """That of the configured target."""
    match target_of(session, None):
        case Target.AWS:
            return session.aws
        case Target.CLUSTER:
            return session.cluster(None, None)
        case Target.LOCAL:
            return session.local
