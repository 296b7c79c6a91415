"""Compares the record with the queue, and puts back what the queue does not know.

A queue that may have lost something, all of it or the latest seconds (see `Wholeness`), is compared
as a whole at once. Otherwise each turn looks at a slice, the oldest open jobs first and round
again: what a turn costs does not grow with the queue. Wishes to stop that the queue has not heard
are few, and are all looked at in each turn.
"""

from services.dispatch.queue import Queue
from services.dispatch.wholeness import Wholeness
from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.rebuild_queue import RebuildQueue
from services.generation.repository import open_jobs
from services.generation.settings import GenerationSettings
from services.kernel.db import Database, Row
from services.kernel.logs import logger

SLICE = 500


class Sweep:
    """Any number of replicas may sweep."""

    def __init__(
        self, database: Database, queue: Queue, wholeness: Wholeness, settings: GenerationSettings
    ) -> None:
        self._database = database
        self._queue = queue
        self._wholeness = wholeness
        self._settings = settings
        self._cancel = CancelJob(database, queue)
        self._rebuild = RebuildQueue(database, queue, wholeness, settings)
        self._last: Row | None = None

    async def turn(self) -> float:
        """One look."""
        if await self._wholeness.is_certain():
            put_back = await self._look_at_slice()
        else:
            put_back = await self._rebuild.run()
        if put_back:
            logger(__name__).warning("jobs_put_back", count=put_back)
        await self._stop_unwanted()
        return self._settings.sweep_every_s

    async def _look_at_slice(self) -> int:
        rows = await self._rebuild.batch(self._settings.sweep_grace_s, self._last, SLICE)
        self._last = rows[-1] if len(rows) == SLICE else None
        return await self._rebuild.put_back([row["id"] for row in rows])

    async def _stop_unwanted(self) -> None:
        """Tell the queue again; end what nobody works on."""
        async with self._database.system() as system:
            wishes = await open_jobs.list_to_stop(system, SLICE)
        known = await self._queue.knows(wishes) if wishes else set()
        for job_id in wishes:
            if job_id in known:
                await self._cancel.insist(job_id)
            else:
                await self._cancel.end(job_id)
