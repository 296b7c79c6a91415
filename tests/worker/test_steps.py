"""Steps are told to the job's owner, at a bounded pace, and never hold up the work."""

from __future__ import annotations

import asyncio
import json

from services.contracts.events import EventKind
from services.dispatch.connection import connect
from services.dispatch.progress import START, NewsStream
from services.dispatch.queue import Queue, key_prefix
from tests.servers.valkey import Valkey
from tests.worker.telling import claimed, telling
from worker import inbox
from worker.inbox import Inbox
from worker.interruption import Interruption, StopSign
from worker.settings import WorkerSettings
from worker.steps import Steps


def note_all(steps: Steps, total: int) -> None:
    """As a render thread does."""
    for done in range(total + 1):
        steps.note(done, total)


async def test_the_latest_step_is_told_and_not_every_one(
    queue: Queue, settings: WorkerSettings, redis_server: Valkey
) -> None:
    async with telling(queue, settings, redis_server) as told:
        await asyncio.to_thread(note_all, told.steps, 9)
        (first,) = await told.words(1)
        assert 0 <= json.loads(first.body)["step"] <= 9
        assert (json.loads(first.body)["steps"], first.attempt) == (9, 1)
        await asyncio.to_thread(note_all, told.steps, 9)
        _, second = await told.words(2)
        assert json.loads(second.body)["step"] == 9
        pace_ms = int(second.entry_id.split("-")[0]) - int(first.entry_id.split("-")[0])
        assert pace_ms >= inbox.REPORT_EVERY_S * 1000 - 20


async def test_a_lost_lease_tells_nothing(
    queue: Queue, settings: WorkerSettings, redis_server: Valkey
) -> None:
    claim = await claimed(queue)
    await queue.release(claim)
    redis = connect(redis_server.url)
    async with Inbox(queue, settings, Interruption(0)).holding(claim, StopSign()) as steps:
        steps.note(1, 9)
        await asyncio.sleep(0.05)
    entries = await NewsStream(redis, key_prefix("dev")).read(START, timeout_s=0.01)
    assert [entry.kind for entry in entries] == [EventKind.QUEUED]
    await redis.aclose()


async def test_work_goes_on_while_redis_is_away(
    queue: Queue, settings: WorkerSettings, redis_server: Valkey
) -> None:
    claim = await claimed(queue)
    redis_server.kill()
    sign = StopSign()
    async with Inbox(queue, settings, Interruption(0)).holding(claim, sign) as steps:
        await asyncio.to_thread(note_all, steps, 9)
        await asyncio.sleep(0.05)
    assert sign.reason is None
