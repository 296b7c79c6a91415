"""Compares the record with the queue and puts back what the queue does not know.

Heals a submit or a cancel whose queue was away, and the loss of all of Redis. The order of looks
matters: the queue first, the row's status after it, because a result is recorded before the queue
forgets it.
"""

from collections.abc import Sequence
from uuid import UUID

from services.dispatch.queue import Queue
from services.generation import repository
from services.generation.actions.cancel_job import CancelJob
from services.generation.records import JobRecord
from services.generation.settings import GenerationSettings
from services.kernel.db import Database, Row
from services.kernel.logs import logger

BATCH = 500


class Sweep:
    """One turn looks at every open job that is older than the grace."""

    def __init__(self, database: Database, queue: Queue, settings: GenerationSettings) -> None:
        self._database = database
        self._queue = queue
        self._settings = settings
        self._cancel = CancelJob(database, queue)

    async def turn(self) -> float:
        """One round over all batches."""
        last: Row | None = None
        while True:
            batch = await self._open_jobs(last)
            await self._mend(batch)
            if len(batch) < BATCH:
                return self._settings.sweep_every_s
            last = batch[-1]

    async def _open_jobs(self, after: Row | None) -> list[Row]:
        async with self._database.system() as system:
            return await repository.list_open_jobs(
                system, self._settings.sweep_grace_s, after, BATCH
            )

    async def _mend(self, batch: Sequence[Row]) -> None:
        known = await self._queue.knows([row["id"] for row in batch]) if batch else set()
        for row in batch:
            if row["is_to_stop"] and row["id"] in known:
                await self._cancel.insist(row["id"])
        lost = [row["id"] for row in batch if row["id"] not in known]
        if lost:
            await self._put_back(lost)
            await self._end_cancelled(lost)

    async def _put_back(self, job_ids: Sequence[UUID]) -> None:
        async with self._database.system() as system:
            jobs = await repository.put_back_jobs(system, job_ids)
        for job, tier in jobs:
            await self._offer(job, tier)
        if jobs:
            logger(__name__).warning("jobs_put_back", count=len(jobs))

    async def _offer(self, job: JobRecord, tier: str) -> None:
        try:
            message = job.message()
        except ValueError:
            logger(__name__).error("job_unreadable", job_id=str(job.id))
            return
        weight = self._settings.weight_of(tier)
        await self._queue.enqueue(message, str(job.user_id), weight, job.priority)

    async def _end_cancelled(self, job_ids: Sequence[UUID]) -> None:
        async with self._database.system() as system:
            stopped = await repository.list_lost_cancellations(system, job_ids)
        for job_id in stopped:
            await self._cancel.end(job_id)
