"""Finds in the record what was taken and never put into the queue, and puts it in.

That is what a process left that was killed after a commit, or whose Redis was away. Replicas relay
one after the other, so that what is older goes in first; one that was called waits for its turn, as
the one before may have looked too early to see what the call was about. Rows are locked while they
are put in, so that a job can't end in between. Putting a job in twice changes nothing: the queue
knows it by its id.
"""

import asyncio

from services.dispatch.queue import Queue
from services.generation.entries import readable
from services.generation.repository import open_jobs
from services.generation.settings import GenerationSettings
from services.kernel.db import Database
from services.kernel.logs import logger

AT_ONCE = 500


class Relay:
    """`ring` wakes it at once, for rows of any age."""

    def __init__(
        self,
        database: Database,
        queue: Queue,
        settings: GenerationSettings,
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database = database
        self._queue = queue
        self._settings = settings
        self._at_once = at_once
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Another replica has taken a job that it can't put in."""
        self._bell.set()

    async def turn(self) -> float:
        """One look, over all batches."""
        grace_s = 0.0 if await self._is_rung() else self._settings.sweep_grace_s
        while await self._relay_batch(grace_s) == self._at_once:
            pass
        return 0.0

    async def _is_rung(self) -> bool:
        try:
            async with asyncio.timeout(self._settings.relay_every_s):
                await self._bell.wait()
        except TimeoutError:
            return False
        self._bell.clear()
        return True

    async def _relay_batch(self, grace_s: float) -> int:
        async with self._database.system() as system:
            await open_jobs.relay_alone(system)
            found = await open_jobs.lock_unrelayed(system, grace_s, self._at_once)
            if found:
                new = await self._queue.enqueue_many(readable(found, self._settings))
                await open_jobs.mark_relayed(system, [job.id for job, _ in found])
                logger(__name__).warning("jobs_relayed_late", found=len(found), new=new)
        return len(found)
