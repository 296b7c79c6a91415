"""Puts jobs into the queue right after their commit, many at once, and notes that it has them.

A list in memory, and never the only copy: the row is the outbox. What is lost here, with the
process or because Redis is away, the relay finds in the record. Each job is tried once and
forgotten, so that nothing is put in late that may be over by then.
"""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

from services.dispatch.errors import DispatchError
from services.dispatch.queue import Queue
from services.generation.entries import readable
from services.generation.records import JobRecord
from services.generation.repository import open_jobs
from services.generation.settings import GenerationSettings
from services.kernel.db import Database

LONGEST_WAIT_S = 1.0
NOTE_EVERY_S = 1.0
GATHER_S = 0.005
AT_ONCE = 500


class Outbox:
    """`post` is for requests; `turn` runs beside them."""

    def __init__(self, database: Database, queue: Queue, settings: GenerationSettings) -> None:
        self._database = database
        self._queue = queue
        self._settings = settings
        self._posted: list[tuple[JobRecord, str]] = []
        self._relayed: list[UUID] = []
        self._noted_at = time.monotonic()
        self._called_at = float("-inf")
        self._bell = asyncio.Event()
        self.is_stuck = False

    @property
    def has_some(self) -> bool:
        """Jobs were posted that no turn has relayed."""
        return bool(self._posted)

    def post(self, job: JobRecord, tier: str) -> None:
        """A job was committed just now."""
        self._posted.append((job, tier))
        self._bell.set()

    async def turn(self) -> float:
        """Relay what is there; note what was relayed, once a second."""
        await self._wait()
        await self._gather()
        posted, self._posted = self._posted[:AT_ONCE], self._posted[AT_ONCE:]
        if posted:
            await self._relay(posted)
        if self._relayed and time.monotonic() - self._noted_at >= NOTE_EVERY_S:
            await self._note()
        return 0.0

    async def _wait(self) -> None:
        if self.has_some:
            return
        self._bell.clear()
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _gather(self) -> None:
        """Let a few come together while many come: a call costs as much as a job does."""
        since_s = time.monotonic() - self._called_at
        if since_s < GATHER_S:
            await asyncio.sleep(GATHER_S - since_s)

    async def _relay(self, posted: Sequence[tuple[JobRecord, str]]) -> None:
        self._called_at = time.monotonic()
        entries = readable(posted, self._settings)
        try:
            await self._queue.enqueue_many(entries)
        except DispatchError:
            self.is_stuck = True
            raise
        self.is_stuck = False
        self._relayed += [entry.job.id for entry in entries]

    async def _note(self) -> None:
        relayed, self._relayed = self._relayed, []
        self._noted_at = time.monotonic()
        async with self._database.system() as system:
            await open_jobs.mark_relayed(system, relayed)
