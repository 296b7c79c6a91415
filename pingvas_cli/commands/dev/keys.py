"""`pingvas dev keys`: the keys that sign access tokens."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pingvas_cli.bootstrap.local.chores import Chore, keys
from pingvas_cli.commands.dev import Environment, platform, spare_prod
from pingvas_cli.errors import msg
from pingvas_cli.session import Session
from pingvas_cli.ui.output import Column

COLUMNS: Final = tuple(
    Column(name, msg(f"local.column_{name}")) for name in ("key_id", "state", "signs_from", "file")
)


def list_(ctx: typer.Context, *, environment: Environment = "dev") -> None:
    """List an environment's signing keys."""
    session = Session.of(ctx)
    _show(session, keys(platform(session), environment, "list"))


def rotate(
    ctx: typer.Context,
    *,
    environment: Environment = "dev",
    at_once: Annotated[bool, typer.Option("--at-once", help="cli.dev_keys_rotate_at_once")] = False,
) -> None:
    """Make the next signing key; tokens of the others stay good."""
    session = Session.of(ctx)
    context = platform(session)
    spare_prod(session, environment)
    _show(session, keys(context, environment, "rotate", *(["--at-once"] if at_once else [])))


def _show(session: Session, chore: Chore) -> None:
    session.show(chore.records, COLUMNS)
    if chore.failure:
        raise chore.failure
