"""A job that is held on a real queue, and what its owner is told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.contracts.events import EventKind
from services.dispatch.claims import Claim
from services.dispatch.connection import connect
from services.dispatch.progress import START, Entry, NewsStream
from services.dispatch.queue import Queue, key_prefix
from tests.servers.valkey import Valkey
from tests.worker.jobs import make_job
from worker.inbox import Inbox
from worker.interruption import Interruption, StopSign
from worker.settings import WorkerSettings
from worker.steps import Steps


async def claimed(queue: Queue) -> Claim:
    """A job of nine steps in the worker's hands."""
    job = make_job(steps=9)
    await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("tester", 2.0, timeout_s=1, checkpoints=["tiny"])
    assert claim is not None
    return claim


@dataclass
class Told:
    """The owner's side."""

    claim: Claim
    stream: NewsStream
    steps: Steps

    async def words(self, count: int) -> list[Entry]:
        """The words about its progress, when there are so many."""
        async with asyncio.timeout(10):
            while True:
                entries = await self.stream.read(START, timeout_s=0.01)
                mine = [entry for entry in entries if entry.kind == EventKind.PROGRESS]
                if len(mine) >= count:
                    assert {entry.user_id for entry in mine} == {str(self.claim.job.user_id)}
                    return mine


@asynccontextmanager
async def telling(queue: Queue, settings: WorkerSettings, server: Valkey) -> AsyncIterator[Told]:
    """While the block runs the job is held."""
    claim, redis = await claimed(queue), connect(server.url)
    stream = NewsStream(redis, key_prefix("dev"))
    async with Inbox(queue, settings, Interruption(0)).holding(claim, StopSign()) as steps:
        yield Told(claim, stream, steps)
    await redis.aclose()
