"""Stop a job: at once while it waits; a running one is stopped by its worker at its next step.

Whoever locks the row first decides. A job whose pictures were done before the worker heard of the
wish has succeeded, and is paid.
"""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from services.dispatch.claims import Cancelled
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation.errors import JobAlreadyFinished, JobNotFound
from services.generation.progress import announcements
from services.generation.records import JobRecord
from services.generation.repository import jobs
from services.generation.repository.jobs import Ending
from services.generation.schemas.generations import Status
from services.kernel.access import Caller
from services.kernel.db import Database, SystemConnection
from services.kernel.logs import logger


@dataclass(frozen=True)
class CancelJob:
    """Cancelling twice is the same as once."""

    database: Database
    queue: Queue

    async def run(self, caller: Caller, job_id: UUID) -> JobRecord:
        """The job as it is now: cancelled, or running with `cancel_requested_at` set."""
        await self._require_own(caller, job_id)
        async with self.database.system() as system:
            job = await self._wish(system, job_id)
        met = await self._tell_queue(job.id)
        if job.status is Status.RUNNING and met is Cancelled.REMOVED:
            return await self.end(job.id)
        if job.status is Status.CANCELLED:
            await self._announce(job)
        return job

    async def insist(self, job_id: UUID) -> None:
        """Tell the queue of a wish that it may not have heard because it was away."""
        if await self._tell_queue(job_id) is Cancelled.REMOVED:
            await self.end(job_id)

    async def end(self, job_id: UUID) -> JobRecord:
        """Nobody works on it: cancel it now. Leaves a job alone that is over by now."""
        async with self.database.system() as system:
            job = await jobs.lock_job(system, job_id)
            if job is None:
                raise JobNotFound
            if job.is_final:
                return job
            job = await jobs.end_job(system, job, Ending(Status.CANCELLED))
        await self._announce(job)
        return job

    async def _require_own(self, caller: Caller, job_id: UUID) -> None:
        if await jobs.find_job(self.database, caller.user_id, job_id) is None:
            raise JobNotFound

    async def _wish(self, system: SystemConnection, job_id: UUID) -> JobRecord:
        job = await jobs.lock_job(system, job_id)
        if job is None:
            raise JobNotFound
        if job.status in (Status.SUCCEEDED, Status.FAILED):
            raise JobAlreadyFinished(job.status)
        if job.status is Status.CANCELLED:
            return job
        job = await jobs.mark_cancel_requested(system, job_id)
        if job.status is Status.QUEUED:
            return await jobs.end_job(system, job, Ending(Status.CANCELLED))
        return job

    async def _tell_queue(self, job_id: UUID) -> Cancelled:
        try:
            return await self.queue.cancel(job_id)
        except QueueUnavailable:
            logger(__name__).warning("queue_away_at_cancel", job_id=str(job_id))
            return Cancelled.UNKNOWN

    async def _announce(self, job: JobRecord) -> None:
        """Those who watch hear of it later when the queue is away: they ask the record."""
        with suppress(QueueUnavailable):
            await self.queue.announce(*announcements.ended([job]))
