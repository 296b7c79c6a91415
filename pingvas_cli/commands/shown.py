"""What several commands show: plans, parts and the closing screen of a bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pingvas_cli.bootstrap.end import Closing
from pingvas_cli.bootstrap.local.parts import Part
from pingvas_cli.errors import Message, msg
from pingvas_cli.session import Session
from pingvas_cli.steps.plan import PlanEntry
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.modes import OutputFormat
from pingvas_cli.ui.output import Column, Record

MIB: Final = 1024**2

PLAN_COLUMNS: Final = (
    Column("step", msg("local.column_step")),
    Column("title", msg("local.column_title")),
    Column(
        "state",
        msg("local.column_state"),
        tones={"present": Tone.DIM, "absent": Tone.NOTABLE, "drifted": Tone.WARNING},
    ),
    Column("would", msg("local.column_would")),
)
PART_COLUMNS: Final = (
    Column("name", msg("local.column_part")),
    Column("environment", msg("local.column_environment")),
    Column(
        "state",
        msg("local.column_state"),
        tones={"running": Tone.GOOD, "failed": Tone.BAD, "restarting": Tone.WARNING},
    ),
    Column("health", msg("local.column_health")),
    Column("port", msg("local.column_port"), right=True),
    Column("pid", msg("local.column_pid"), right=True),
    Column("uptime_s", msg("local.column_uptime"), right=True),
    Column("memory_mib", msg("local.column_memory"), right=True),
)


def plan_records(session: Session, plan: Sequence[PlanEntry]) -> list[Record]:
    """A plan as records."""
    say = session.record_translator.text
    return [
        {
            "step": entry.slug,
            "title": say(entry.title),
            "state": entry.state,
            "would": "; ".join(say(each) for each in _reasons(entry)),
        }
        for entry in plan
    ]


def ask_to_run(session: Session, plan: Sequence[PlanEntry]) -> None:
    """Show what would be done and ask; no data is deleted, so silence is no refusal."""
    to_do = [entry for entry in plan if entry.to_do]
    if to_do:
        session.preview(plan_records(session, to_do), PLAN_COLUMNS)
        session.confirmation.yes(msg("local.ask_to_run", count=len(to_do)))


def show_end(session: Session, end: Closing, **more: object) -> None:
    """The closing screen, or its record and `more`."""
    if session.options.output is OutputFormat.TABLE:
        session.console.note("")
        session.console.data(session.text(end.message))
    else:
        session.show_one({**end.record, **more}, ())


def part_records(session: Session, parts: Sequence[Part]) -> list[Record]:
    """Parts as records; memory in MiB, time up in seconds."""
    say = session.record_translator.text
    return [
        {
            "name": part.name,
            "environment": part.environment,
            "state": part.state,
            "healthy": part.healthy,
            "health": say(_health(part)),
            "port": part.port,
            "pid": part.pid,
            "uptime_s": round(part.uptime_s),
            "memory_mib": round(part.memory_bytes / MIB),
        }
        for part in parts
    ]


def _reasons(entry: PlanEntry) -> tuple[Message, ...]:
    return (entry.why, *entry.preview) if entry.why else entry.preview


def _health(part: Part) -> Message:
    if part.healthy:
        return msg("local.healthy")
    if part.waiting_for is None:
        return msg("local.unhealthy")
    return msg("ui.waiting_for", reason=part.waiting_for)
