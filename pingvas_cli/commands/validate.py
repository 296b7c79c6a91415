"""`pingvas validate`: is the configuration right, for AWS too, and what is rendered true to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from pingvas_cli.adapters.terraform import ThisTerraform
from pingvas_cli.commands.render import FolderOption, platform_of, tree_of
from pingvas_cli.errors import Message, msg
from pingvas_cli.rendering.record import RECORD
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column, Record
from pingvas_cli.validation.examination import Examination, Result
from pingvas_cli.validation.fault import Subject

COLUMNS: Final = (
    Column("check", msg("validation.column_check")),
    Column(
        "state",
        msg("validation.column_state"),
        tones={
            "ok": Tone.GOOD,
            "warning": Tone.WARNING,
            "drift": Tone.WARNING,
            "error": Tone.BAD,
            "skipped": Tone.DIM,
        },
    ),
    Column("where", msg("validation.column_where")),
    Column("what", msg("validation.column_what"), prose=True),
)


def validate(ctx: typer.Context, *, folder: FolderOption = Path()) -> None:
    """Judge everything, show it, and end with the code of the worst."""
    session = Session.of(ctx)
    if not _concerns_aws(session, folder):
        session.note(msg("validation.only_local"), Tone.GOOD)
        return
    report = _examination(session, folder).report()
    session.show([_record(session, one) for one in report.results], COLUMNS)
    report.refuse_faults(folder)
    session.note(msg("validation.passed"), Tone.GOOD)


def _concerns_aws(session: Session, folder: Path) -> bool:
    """Reading the configuration has judged its sections already."""
    aws = session.loaded.configuration.platform.target == "aws"
    return aws or (folder / RECORD).exists()


def _examination(session: Session, folder: Path) -> Examination:
    loaded = session.loaded
    return Examination(
        subject=Subject(platform_of(session), datetime.now(UTC).date()),
        folder=folder,
        terraform=ThisTerraform(),
        render=lambda: tree_of(session),
        place=loaded.place,
        say=session.record_translator.text,
    )


def _record(session: Session, one: Result) -> Record:
    return {
        "check": one.check,
        "state": one.state,
        "where": one.where,
        "code": one.code or None,
        "what": _what(session, one),
    }


def _what(session: Session, one: Result) -> str:
    translator = session.record_translator
    if one.code:
        return translator.error(Message(one.code, one.params))[0]
    return translator.text(one.said) if one.said else ""
