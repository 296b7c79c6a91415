"""A person's jobs as they read them, and the changes that a cancellation makes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.generation.records import JobRecord
from services.generation.repository.statements import SQL
from services.generation.schemas.generations import Status
from services.kernel.db import Database, Row, SystemConnection


@dataclass(frozen=True)
class Ending:
    """How a job ends."""

    status: Status
    error_code: str | None = None
    error_detail: str | None = None
    attempt: int = 0
    gpu_seconds: float | None = None


@dataclass(frozen=True)
class Wanted:
    """Which jobs a person asks for; None: any."""

    status: Status | None = None
    kind: str | None = None
    since: datetime | None = None


async def find_job(database: Database, user_id: UUID, job_id: UUID) -> Row | None:
    """One of the person's jobs, with `units_ahead`: their megapixel-steps that wait before it."""
    rows = await database.tenant_once(user_id, SQL.find_job, job_id=job_id)
    return rows[0] if rows else None


async def list_jobs(
    database: Database,
    user_id: UUID,
    wanted: Wanted,
    before: tuple[datetime | None, ...],
    limit: int,
) -> list[Row]:
    """The person's jobs, newest first."""
    return await database.tenant_once(
        user_id,
        SQL.list_jobs,
        **vars(wanted),
        before_at=before[0],
        before_id=before[1],
        limit=limit,
    )


async def lock_job(system: SystemConnection, job_id: UUID) -> JobRecord | None:
    """The job, held until the transaction ends: whoever holds it decides how it ends."""
    row = await system.fetch_one(SQL.lock_job, job_id=job_id)
    return JobRecord.of(row) if row else None


async def mark_cancel_requested(system: SystemConnection, job_id: UUID) -> JobRecord:
    """Remember the wish on a job that is locked."""
    return JobRecord.of(await system.fetch_only(SQL.mark_cancel_requested, job_id=job_id))


async def end_job(system: SystemConnection, job: JobRecord, ending: Ending) -> JobRecord:
    """End a locked job and settle its hold: kept on success, given back otherwise."""
    row = await system.fetch_only(SQL.finish_job, job_id=job.id, **vars(ending))
    kept = ending.status is Status.SUCCEEDED
    settle = SQL.capture_credits if kept else SQL.release_credits
    await system.fetch_one(settle, user_id=job.user_id, job_id=job.id)
    return JobRecord.of(row)
