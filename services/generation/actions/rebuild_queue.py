"""Put every open job that the queue does not know back into it, in the order of their arrival.

The order of looks matters: the queue first, the row's status after it and under its lock, because
a result is recorded before the queue forgets it. May run anywhere, any number of times, beside a
queue that works.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.dispatch.queue import Queue
from services.dispatch.wholeness import Wholeness
from services.generation.entries import readable
from services.generation.repository import open_jobs
from services.generation.settings import GenerationSettings
from services.kernel.db import Database, Row

BATCH = 1_000


@dataclass(frozen=True)
class RebuildQueue:
    """`run` looks at everything; `put_back` at some."""

    database: Database
    queue: Queue
    wholeness: Wholeness
    settings: GenerationSettings

    async def run(self) -> int:
        """How many were put back; afterwards the queue is marked as whole."""
        put_back = 0
        while True:
            token = await self.wholeness.begin()
            async for batch in self._batches():
                put_back += await self.put_back(batch)
            if await self.wholeness.complete(token):
                return put_back

    async def put_back(self, job_ids: Sequence[UUID]) -> int:
        """Those of the open jobs that the queue does not know."""
        known = await self.queue.knows(job_ids)
        lost = [job_id for job_id in job_ids if job_id not in known]
        if not lost:
            return 0
        async with self.database.system() as system:
            found = await open_jobs.lock_open(system, lost)
            new = await self.queue.enqueue_many(readable(found, self.settings))
            await open_jobs.mark_put_back(system, [job.id for job, _ in found])
        return new

    async def batch(self, grace_s: float, after: Row | None, limit: int) -> list[Row]:
        """Open jobs older than `grace_s`, `id` and `queued_at`, from the one after `after` on."""
        async with self.database.system() as system:
            return await open_jobs.list_open(system, grace_s, after, limit)

    async def _batches(self) -> AsyncIterator[list[UUID]]:
        last: Row | None = None
        while rows := await self.batch(0.0, last, BATCH):
            yield [row["id"] for row in rows]
            last = rows[-1]
