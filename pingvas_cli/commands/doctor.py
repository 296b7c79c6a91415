"""`pingvas doctor`: is the world ready for what the configuration asks for?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from pingvas_cli.adapters.aws_session import AwsSession
from pingvas_cli.aws_world import world
from pingvas_cli.commands.render import platform_of, tree_of
from pingvas_cli.config.configuration import SECTIONS
from pingvas_cli.doctor.checks import CHECKS
from pingvas_cli.doctor.examination import Examination, Line, Report
from pingvas_cli.doctor.mending import mend
from pingvas_cli.doctor.suggestions import beside
from pingvas_cli.doctor.verdict import Verdict
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import Message, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column, Record
from pingvas_cli.validation.fault import Subject

TONES: Final = {
    "ok": Tone.GOOD,
    "warning": Tone.WARNING,
    "failed": Tone.BAD,
    "unknown": Tone.DIM,
}
COLUMNS: Final = (
    Column("check", msg("doctor.column_check")),
    Column("state", msg("doctor.column_state"), tones=TONES),
    Column("cites", msg("doctor.column_cites")),
    Column("where", msg("doctor.column_where")),
    Column("what", msg("doctor.column_what"), prose=True),
    Column("remedy", msg("doctor.column_remedy"), prose=True),
)


def doctor(
    ctx: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="doctor.option_fix")] = False,
) -> None:
    """Look at everything, show it, mend what was agreed to, and end with 1 for a failure."""
    session = Session.of(ctx)
    seen = world_of(session)
    report = _examination(session, seen).report()
    session.show([_record(session, line) for line in report.lines], COLUMNS)
    if fix:
        _mend(session, seen, report)
    report.refuse_failures()
    _note(session, report)


def _examination(session: Session, world: World) -> Examination:
    platform = platform_of(session)
    subject = Subject(platform, datetime.now(UTC).date())
    return Examination(subject, world, CHECKS[platform.configuration.platform.target])


def world_of(session: Session) -> World:
    """What the checks of this platform may look at."""
    config = session.loaded.configuration
    aws = AwsSession(config.platform.region)
    return world(
        aws, config.edge.dns_resolvers, lambda: session.local.context, lambda: tree_of(session)
    )


def _mend(session: Session, world: World, report: Report) -> None:
    """Say all of it, ask once, do it."""
    if not report.fixes:
        session.note(msg("doctor.nothing_to_fix"))
        return
    for one in report.fixes:
        session.console.note(session.text(one.preview()))
    session.confirmation.yes(msg("doctor.ask_to_fix", count=len(report.fixes)))
    files = session.loaded.files
    file = beside(files[0] if files else Path("pingvas.yaml"))
    for told in mend(report.fixes, world.quotas, file):
        session.note(told, Tone.GOOD)


def _note(session: Session, report: Report) -> None:
    counts = {"warnings": report.count("warning"), "unknown": report.count("unknown")}
    tone = Tone.WARNING if any(counts.values()) else Tone.GOOD
    session.note(msg("doctor.passed", **counts), tone)


def _record(session: Session, line: Line) -> Record:
    one = line.verdict
    what, remedy = _words(session, one)
    return {
        "check": line.check.name,
        "state": one.state,
        "where": _place(session, one.where),
        "code": one.code or None,
        "cites": line.check.cites,
        "what": what,
        "remedy": remedy,
        "fix": session.record_translator.text(one.fix.preview()) if one.fix else None,
    }


def _words(session: Session, one: Verdict) -> tuple[str, str | None]:
    translator = session.record_translator
    if one.code:
        return translator.error(Message(one.code, one.params))
    return (translator.text(one.said) if one.said else ""), None


def _place(session: Session, where: str) -> str:
    """A key of the configuration with its file and line; anything else as it is called."""
    section, dot, _ = where.partition(".")
    return session.loaded.place(where) if dot and section in SECTIONS else where
