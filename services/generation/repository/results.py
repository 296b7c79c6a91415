"""What workers told, many at once: a few statements for a whole batch."""

from collections.abc import Sequence
from uuid import UUID

from services.contracts.jobs import JobStarted, StoredImage
from services.generation.records import JobRecord
from services.generation.repository.jobs import Ending
from services.generation.repository.statements import SQL
from services.generation.schemas.generations import Status
from services.kernel.db import Row, SystemConnection

IMAGE_COLUMNS = tuple(StoredImage.model_fields)


async def lock_jobs(system: SystemConnection, job_ids: Sequence[UUID]) -> list[JobRecord]:
    """Those that exist, held until the transaction ends, always in the same order."""
    rows = await system.fetch_all(SQL.lock_jobs, job_ids=list(job_ids))
    return [JobRecord.of(row) for row in rows]


async def mark_running(system: SystemConnection, events: Sequence[JobStarted]) -> list[JobRecord]:
    """Those of the jobs that were not over, as they are now."""
    rows = await system.fetch_all(
        SQL.mark_running,
        job_ids=[event.job_id for event in events],
        attempts=[event.attempt for event in events],
        started=[event.started_at for event in events],
    )
    return [JobRecord.of(row) for row in rows]


async def end_jobs(
    system: SystemConnection, endings: Sequence[tuple[JobRecord, Ending]]
) -> list[JobRecord]:
    """End locked jobs and settle their holds."""
    rows = await system.fetch_all(
        SQL.finish_jobs,
        job_ids=[job.id for job, _ in endings],
        statuses=[ending.status for _, ending in endings],
        codes=[ending.error_code for _, ending in endings],
        details=[ending.error_detail for _, ending in endings],
        attempts=[ending.attempt for _, ending in endings],
        gpu_seconds=[ending.gpu_seconds for _, ending in endings],
    )
    await system.fetch_all(
        SQL.settle_many,
        user_ids=[job.user_id for job, _ in endings],
        job_ids=[job.id for job, _ in endings],
        kept=[ending.status is Status.SUCCEEDED for _, ending in endings],
    )
    return [JobRecord.of(row) for row in rows]


async def add_images(
    system: SystemConnection, images: Sequence[tuple[JobRecord, StoredImage]]
) -> list[Row]:
    """Record pictures; a second time changes nothing. `id`, `job_id`, `position` of the new."""
    columns = {name: [getattr(image, name) for _, image in images] for name in IMAGE_COLUMNS}
    return await system.fetch_all(
        SQL.add_images,
        **columns,
        user_ids=[job.user_id for job, _ in images],
        job_ids=[job.id for job, _ in images],
        prompts=[job.parameters["prompt"] for job, _ in images],
    )
