"""`pingvas dev mail`: the letters that the local platform did not send."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pingvas_cli.bootstrap.local.mail import Letter, letters
from pingvas_cli.commands.dev import Environment, platform
from pingvas_cli.errors import msg
from pingvas_cli.session import Session
from pingvas_cli.ui.modes import OutputFormat
from pingvas_cli.ui.output import Column, Record

COLUMNS: Final = tuple(
    Column(name, msg(f"local.column_{name}")) for name in ("sent_at", "to", "kind", "subject")
)


def mail(
    ctx: typer.Context,
    *,
    environment: Environment = "dev",
    to: Annotated[str | None, typer.Option(metavar="ADDRESS", help="cli.dev_mail_to")] = None,
    last: Annotated[bool, typer.Option("--last", help="cli.dev_mail_last")] = False,
) -> None:
    """List the letters of an environment, newest first, or show the newest."""
    session = Session.of(ctx)
    found = letters(platform(session).layout.mail(environment), to)
    if not last:
        records = [_record(each) for each in found]
        if not records:
            session.note(msg("local.no_mail"))
        session.show(records, COLUMNS)
    elif letter := next(found, None):
        _show(session, letter)
    else:
        session.note(msg("local.no_mail"))


def _show(session: Session, letter: Letter) -> None:
    if session.options.output is OutputFormat.TABLE:
        session.show_one(_record(letter), COLUMNS)
        session.console.data(f"\n{letter.text}")
    else:
        session.show_one({**_record(letter), "text": letter.text}, COLUMNS)


def _record(letter: Letter) -> Record:
    return {
        "sent_at": letter.sent_at,
        "to": letter.to,
        "kind": letter.kind,
        "subject": letter.subject,
        "token": letter.token,
        "file": letter.file,
    }
