"""Write down what workers tell: a job began, succeeded or failed. Safe to do twice.

Success is one transaction: status, pictures, price. A job that is over stays as it is, so a late
or doubled result changes and charges nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from services.contracts.jobs import JobResult, JobStarted, Outcome
from services.contracts.object_keys import image_prefix
from services.dispatch.queue import Queue
from services.generation import repository
from services.generation.records import JobRecord
from services.generation.repository import Ending
from services.generation.schemas.generations import Status
from services.kernel.db import Database, DatabaseRefused, SystemConnection
from services.kernel.logs import logger

DETAIL_CHARACTERS = 500
# SQLSTATE classes: the values themselves are wrong, and would be tomorrow too.
BAD_VALUES = ("22", "23")


@dataclass(frozen=True)
class RecordProgress:
    """Raises only what may pass: DatabaseUnavailable, QueueUnavailable."""

    database: Database
    queue: Queue

    async def started(self, event: JobStarted) -> None:
        """Mark it running; a job that is over is not wanted, so its worker is told to stop."""
        async with self.database.system() as system:
            wanted = await repository.mark_running(system, event)
        if not wanted:
            await self.queue.cancel(event.job_id)

    async def finished(self, result: JobResult) -> None:
        """End the job."""
        try:
            async with self.database.system() as system:
                job = await repository.lock_job(system, result.job_id)
                if job is not None and not job.is_final:
                    await self._end(system, job, result)
        except DatabaseRefused as refused:
            if not refused.sqlstate.startswith(BAD_VALUES):
                raise
            logger(__name__).error("result_refused", job_id=str(result.job_id), why=str(refused))
            await self.give_up(result.job_id, "result_invalid")

    async def give_up(self, job_id: UUID, error_code: str) -> None:
        """Fail the job for a reason of our own and give its price back."""
        async with self.database.system() as system:
            job = await repository.lock_job(system, job_id)
            if job is not None and not job.is_final:
                await repository.end_job(system, job, Ending(Status.FAILED, error_code))

    async def _end(self, system: SystemConnection, job: JobRecord, result: JobResult) -> None:
        ending = _ending(job, result)
        if ending.status is Status.SUCCEEDED:
            for image in result.images:
                await repository.add_image(system, job, image)
        await repository.end_job(system, job, ending)


def _ending(job: JobRecord, result: JobResult) -> Ending:
    if result.outcome is Outcome.SUCCEEDED:
        if _plausible(job, result):
            return _told(Status.SUCCEEDED, result)
        return Ending(Status.FAILED, "result_invalid", attempt=result.attempt)
    stopped = job.cancel_requested_at is not None
    return _told(Status.CANCELLED if stopped else Status.FAILED, result)


def _told(status: Status, result: JobResult) -> Ending:
    failed = status is Status.FAILED
    return Ending(
        status,
        (result.error_code or "unknown") if failed else None,
        (result.error_detail or "")[:DETAIL_CHARACTERS] or None if failed else None,
        result.attempt,
        round(result.gpu_seconds, 3),
    )


def _plausible(job: JobRecord, result: JobResult) -> bool:
    prefix = image_prefix(job.user_id, job.id)
    positions = [image.position for image in result.images]
    return (
        sorted(positions) == list(range(job.count))
        and all(image.object_key.startswith(prefix) for image in result.images)
        and len({image.object_key for image in result.images}) == job.count
    )
