"""Steps are told to the job's owner, at a bounded pace, and never hold up the work."""

from __future__ import annotations

import asyncio
import json

from services.contracts.events import EventKind
from services.dispatch.claims import Claim
from services.dispatch.connection import connect
from services.dispatch.progress import START, Entry, NewsStream
from services.dispatch.queue import Queue, key_prefix
from tests.servers.valkey import Valkey
from tests.worker.jobs import make_job
from worker import inbox
from worker.inbox import Inbox
from worker.interruption import Interruption, StopSign
from worker.settings import WorkerSettings
from worker.steps import Steps


async def claimed(queue: Queue) -> Claim:
    job = make_job(steps=9)
    await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("tester", 2.0, timeout_s=1, checkpoints=["tiny"])
    assert claim is not None
    return claim


def note_all(steps: Steps, total: int) -> None:
    """As a render thread does."""
    for done in range(total + 1):
        steps.note(done, total)


async def told(stream: NewsStream, claim: Claim, count: int) -> list[Entry]:
    async with asyncio.timeout(10):
        while True:
            entries = await stream.read(START, timeout_s=0.01)
            mine = [entry for entry in entries if entry.kind == EventKind.PROGRESS]
            if len(mine) >= count:
                assert {entry.user_id for entry in mine} == {str(claim.job.user_id)}
                return mine


async def test_the_latest_step_is_told_and_not_every_one(
    queue: Queue, settings: WorkerSettings, redis_server: Valkey
) -> None:
    claim = await claimed(queue)
    redis = connect(redis_server.url)
    stream = NewsStream(redis, key_prefix("dev"))
    async with Inbox(queue, settings, Interruption(0)).holding(claim, StopSign()) as steps:
        await asyncio.to_thread(note_all, steps, 9)
        (first,) = await told(stream, claim, 1)
        assert 0 <= json.loads(first.body)["step"] <= 9
        assert (json.loads(first.body)["steps"], first.attempt) == (9, 1)
        await asyncio.to_thread(note_all, steps, 9)
        _, second = await told(stream, claim, 2)
        assert json.loads(second.body)["step"] == 9
        pace_ms = int(second.entry_id.split("-")[0]) - int(first.entry_id.split("-")[0])
        assert pace_ms >= inbox.REPORT_EVERY_S * 1000 - 20
    await redis.aclose()


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
