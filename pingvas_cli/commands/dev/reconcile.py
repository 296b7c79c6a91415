"""`pingvas dev reconcile`: do ledger, balances and jobs say the same?"""

from __future__ import annotations

from typing import Final

import typer

from pingvas_cli.bootstrap.local.chores import reconcile as reconciled
from pingvas_cli.commands.dev import Environment, platform
from pingvas_cli.errors import DriftFound, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column

COLUMNS: Final = tuple(
    Column(name, msg(f"local.column_{name}")) for name in ("checked", "accounts", "differences")
)


def reconcile(ctx: typer.Context, *, environment: Environment = "dev") -> None:
    """Compare them; a difference is exit code 5."""
    session = Session.of(ctx)
    (books,) = reconciled(platform(session), environment).records
    session.show_one(books, COLUMNS)
    found = len(books["differences"])
    if found:
        raise DriftFound("local.books_differ", where=environment, count=found)
    session.note(msg("local.books_agree", environment=environment), Tone.GOOD)
