"""Write down what workers tell: jobs began, succeeded or failed. Safe to do twice.

A batch is a few statements in one transaction: status, pictures, prices. A job that is over stays
as it is, so a late or doubled result changes and charges nothing. When the database refuses a
batch, its results are written one by one, so that a wrong one harms no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.jobs import JobResult, JobStarted, Outcome
from services.contracts.object_keys import image_prefix
from services.dispatch.queue import Queue
from services.generation.progress import announcements
from services.generation.records import JobRecord
from services.generation.repository import jobs, results
from services.generation.repository.jobs import Ending
from services.generation.schemas.generations import Status
from services.kernel.db import Database, DatabaseRefused, Row, SystemConnection
from services.kernel.logs import logger

DETAIL_CHARACTERS = 500
# SQLSTATE classes: the values themselves are wrong, and would be tomorrow too.
BAD_VALUES = ("22", "23")


@dataclass(frozen=True)
class RecordProgress:
    """Raises only what may pass: DatabaseUnavailable, QueueUnavailable."""

    database: Database
    queue: Queue

    async def started(self, *events: JobStarted) -> None:
        """Mark them running; a job that is over is not wanted, so its worker is told to stop."""
        async with self.database.system() as system:
            running = await results.mark_running(system, events)
        wanted = {job.id for job in running}
        for job_id in {event.job_id for event in events} - wanted:
            await self.queue.cancel(job_id)
        await self.queue.announce(*announcements.began(running, events))

    async def finished(self, *told: JobResult) -> None:
        """End the jobs; of several results of one job the first counts."""
        try:
            ended, images = await self._end(told)
        except DatabaseRefused as refused:
            if len(told) > 1:
                for result in told:
                    await self.finished(result)
            elif refused.sqlstate.startswith(BAD_VALUES):
                await self._refuse(told[0], refused)
            else:
                raise
        else:
            await self.queue.announce(*announcements.ended(ended, images))

    async def give_up(self, job_id: UUID, error_code: str) -> None:
        """Fail the job for a reason of our own and give its price back."""
        async with self.database.system() as system:
            job = await jobs.lock_job(system, job_id)
            if job is None or job.is_final:
                return
            job = await jobs.end_job(system, job, Ending(Status.FAILED, error_code))
        await self.queue.announce(*announcements.ended([job]))

    async def _end(self, told: Sequence[JobResult]) -> tuple[list[JobRecord], list[Row]]:
        """The jobs that ended, as they are now, and their new pictures' rows."""
        first = {result.job_id: result for result in reversed(told)}
        async with self.database.system() as system:
            open_jobs = [
                job for job in await results.lock_jobs(system, list(first)) if not job.is_final
            ]
            endings = [(job, _ending(job, first[job.id])) for job in open_jobs]
            images = await self._add_images(system, endings, first)
            ended = await results.end_jobs(system, endings) if endings else []
        return ended, images

    async def _add_images(
        self,
        system: SystemConnection,
        endings: Sequence[tuple[JobRecord, Ending]],
        told: dict[UUID, JobResult],
    ) -> list[Row]:
        images = [
            (job, image)
            for job, ending in endings
            if ending.status is Status.SUCCEEDED
            for image in told[job.id].images
        ]
        return await results.add_images(system, images) if images else []

    async def _refuse(self, result: JobResult, refused: DatabaseRefused) -> None:
        logger(__name__).error("result_refused", job_id=str(result.job_id), why=str(refused))
        await self.give_up(result.job_id, "result_invalid")


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
