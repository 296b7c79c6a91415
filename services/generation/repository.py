"""Rows of the generation service, in and out. The kind of connection tells whose rows are seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.jobs import JobStarted, StoredImage
from services.generation.records import JobRecord
from services.generation.schemas.generations import Status
from services.kernel.db import Jsonb, Row, SystemConnection, TenantConnection
from services.kernel.sql import load

SQL = load(__package__)


@dataclass(frozen=True)
class NewJob:
    """What is stored at submit."""

    id: UUID
    user_id: UUID
    checkpoint: str
    parameters: dict[str, Any]
    cost_credits: int
    idempotency_key: str


@dataclass(frozen=True)
class Ending:
    """How a job ends."""

    status: Status
    error_code: str | None = None
    error_detail: str | None = None
    attempt: int = 0
    gpu_seconds: float | None = None


async def find_checkpoint(tenant: TenantConnection, name: str) -> Row | None:
    """`enabled` and `minimum_tier`."""
    return await tenant.fetch_one(SQL.find_checkpoint, name=name)


async def find_job_by_key(tenant: TenantConnection, idempotency_key: str) -> JobRecord | None:
    """The job that this key made."""
    row = await tenant.fetch_one(SQL.find_job_by_key, idempotency_key=idempotency_key)
    return JobRecord.of(row) if row else None


async def add_job(tenant: TenantConnection, job: NewJob) -> JobRecord | None:
    """The stored job, or None when another request with its key was first."""
    values = {**vars(job), "parameters": Jsonb(job.parameters)}
    row = await tenant.fetch_one(SQL.add_job, **values)
    return JobRecord.of(row) if row else None


async def hold_credits(tenant: TenantConnection, job: JobRecord) -> None:
    """Take the price. Locks the person's balance until the transaction ends."""
    await tenant.fetch_one(
        SQL.hold_credits, user_id=job.user_id, job_id=job.id, cost_credits=job.cost_credits
    )


async def count_open_jobs(tenant: TenantConnection) -> int:
    """The person's jobs that are queued or running."""
    row = await tenant.fetch_only(SQL.count_open_jobs)
    return int(row["open_jobs"])


async def find_job(tenant: TenantConnection, job_id: UUID) -> JobRecord | None:
    """One of the person's jobs."""
    row = await tenant.fetch_one(SQL.find_job, job_id=job_id)
    return JobRecord.of(row) if row else None


async def list_jobs(
    tenant: TenantConnection, before_at: datetime | None, before_id: UUID | None, limit: int
) -> list[Row]:
    """The person's jobs, newest first."""
    return await tenant.fetch_all(
        SQL.list_jobs, before_at=before_at, before_id=before_id, limit=limit
    )


async def lock_job(system: SystemConnection, job_id: UUID) -> JobRecord | None:
    """The job, held until the transaction ends: whoever holds it decides how it ends."""
    row = await system.fetch_one(SQL.lock_job, job_id=job_id)
    return JobRecord.of(row) if row else None


async def mark_running(system: SystemConnection, event: JobStarted) -> bool:
    """False when the job is over, or gone."""
    row = await system.fetch_one(
        SQL.mark_running,
        job_id=event.job_id,
        attempt=event.attempt,
        started_at=event.started_at,
    )
    return row is not None


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


async def add_image(system: SystemConnection, job: JobRecord, image: StoredImage) -> None:
    """Record a picture; a second time changes nothing."""
    await system.execute(
        SQL.add_image,
        **image.model_dump(),
        user_id=job.user_id,
        job_id=job.id,
        prompt=job.parameters["prompt"],
    )


async def list_open_jobs(
    system: SystemConnection, grace_s: float, after: Row | None, limit: int
) -> list[Row]:
    """`id`, `queued_at`, `is_to_stop` of open jobs older than `grace_s`, oldest first."""
    return await system.fetch_all(
        SQL.list_open_jobs,
        grace_s=grace_s,
        after_at=after["queued_at"] if after else None,
        after_id=after["id"] if after else None,
        limit=limit,
    )


async def put_back_jobs(
    system: SystemConnection, job_ids: Sequence[UUID]
) -> list[tuple[JobRecord, str]]:
    """Those still open and wanted, as queued, each with its owner's tier."""
    rows = await system.fetch_all(SQL.put_back_jobs, job_ids=list(job_ids))
    return [(JobRecord.of(row), row["tier"]) for row in rows]


async def list_lost_cancellations(system: SystemConnection, job_ids: Sequence[UUID]) -> list[UUID]:
    """Those still open whose owner asked to stop them."""
    rows = await system.fetch_all(SQL.list_lost_cancellations, job_ids=list(job_ids))
    return [row["id"] for row in rows]
