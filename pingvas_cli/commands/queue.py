"""`pingvas queue`: the jobs that wait, run or were given up, as an operator sees them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from pingvas_cli.bootstrap.local.chores import queue
from pingvas_cli.commands.dev import Environment, platform, spare_prod
from pingvas_cli.errors import Finding, Refused, StillWaiting, UsageError, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, msg(f"queue.column_{name}")) for name in names)


LETTERS: Final = _columns(
    "job_id", "user_id", "checkpoint", "kind", "strikes", "error_code", "since"
)
JOB: Final = _columns(
    "job_id", "user_id", "checkpoint", "kind", "status", "queue", "attempt", "cost_credits",
    "error_code", "error_detail", "queued_at",
)  # fmt: skip
RETRIES: Final = _columns("job_id", "answer", "new_job_id")
REFUSALS: Final = {
    "not_dead": "queue.retry_not_dead",
    "unsettled": "queue.retry_unsettled",
    "over": "queue.retry_over",
    "gone": "queue.retry_gone",
    "no_credits": "queue.retry_no_credits",
    "too_many_wait": "queue.retry_too_many_wait",
    "not_offered": "queue.retry_not_offered",
}

Job = Annotated[str, typer.Argument(metavar="JOB", help="cli.queue_job")]
Jobs = Annotated[list[str], typer.Argument(metavar="JOB", help="cli.queue_jobs")]


def list_(
    ctx: typer.Context,
    *,
    environment: Environment = "dev",
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=10_000, help="cli.queue_list_limit")
    ] = 100,
) -> None:
    """List the dead letters, newest first; tell how many jobs are where."""
    session = Session.of(ctx)
    context = platform(session)
    letters = queue(context, environment, "letters", "--limit", str(limit)).records
    session.show(letters, LETTERS)
    _tell_counts(session, environment, queue(context, environment, "counts").records)


def show(ctx: typer.Context, job: Job, *, environment: Environment = "dev") -> None:
    """One job: what the queue knows of it, and what the record says."""
    session = Session.of(ctx)
    (told,) = queue(platform(session), environment, "show", _id(job)).records
    if not told["known"]:
        raise UsageError("queue.unknown_job", where=environment, job=job)
    session.show_one(told, JOB)


def retry(ctx: typer.Context, jobs: Jobs, *, environment: Environment = "dev") -> None:
    """Submit dead letters anew, at their old price; those that can't be are told and stay."""
    session = Session.of(ctx)
    context, ids = platform(session), [_id(job) for job in jobs]
    spare_prod(session, environment)
    answers = queue(context, environment, "retry", *ids).records
    session.show(answers, RETRIES)
    _require_all(environment, answers)


def pause(ctx: typer.Context, *, environment: Environment = "dev") -> None:
    """Give workers nothing more."""
    session = Session.of(ctx)
    context = platform(session)
    spare_prod(session, environment)
    _tell_counts(session, environment, queue(context, environment, "pause").records)


def resume(ctx: typer.Context, *, environment: Environment = "dev") -> None:
    """Give workers jobs again."""
    session = Session.of(ctx)
    context = platform(session)
    spare_prod(session, environment)
    _tell_counts(session, environment, queue(context, environment, "resume").records)


def drain(
    ctx: typer.Context,
    *,
    environment: Environment = "dev",
    wait_s: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="cli.queue_drain_wait")
    ] = 60.0,
) -> None:
    """Pause, and wait until nothing runs; exit code 4 when something still does."""
    if not math.isfinite(wait_s):
        raise UsageError("queue.endless_wait", where="--wait", seconds=str(wait_s))
    session = Session.of(ctx)
    context = platform(session)
    spare_prod(session, environment)
    chore = queue(context, environment, "drain", "--wait-s", str(wait_s))
    _tell_counts(session, environment, chore.records)
    if chore.failure:
        raise StillWaiting("queue.not_drained", where=environment, **chore.records[0])


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise UsageError("queue.no_job_id", where="JOB", job=text) from None


def _require_all(environment: str, answers: Sequence[Mapping[str, Any]]) -> None:
    refused = [each for each in answers if each["answer"] in REFUSALS]
    if refused:
        findings = [Finding(each["job_id"], REFUSALS[each["answer"]]) for each in refused]
        raise Refused("queue.not_retried", where=environment, findings=findings, count=len(refused))


def _tell_counts(session: Session, environment: str, records: Sequence[Mapping[str, Any]]) -> None:
    (counts,) = records
    session.note(msg("queue.counts", environment=environment, **counts))
    if counts["paused"]:
        session.note(msg("queue.is_paused", environment=environment), Tone.WARNING)
