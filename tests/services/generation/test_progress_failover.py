"""Streams that are open while the primary of a Sentinel group is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from services.contracts.events import FailedNews
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person
from tests.services.dispatch.valkey_nodes import SentinelCluster
from tests.services.generation.watching import add_job, serving, set_status

pytestmark = pytest.mark.integration


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[SentinelCluster]:
    cluster = SentinelCluster(tmp_path)
    cluster.start()
    yield cluster
    cluster.kill()


async def announce(queue: Queue, person: Caller, code: str) -> None:
    """Until Redis takes it."""
    news = FailedNews(job_id=uuid4(), at=datetime.now(UTC), code=code)
    while True:
        try:
            return await queue.announce((person.user_id, news))
        except QueueUnavailable:
            await asyncio.sleep(0.05)


async def test_an_open_stream_goes_on_at_the_new_primary(
    cluster: SentinelCluster, settings: GenerationSettings, database: Database
) -> None:
    person = await a_person(database)
    ended_meanwhile = await add_job(database, person)
    changes = {"redis_url": type(settings.redis_url)(cluster.url), "sweep_every_s": 60.0}
    redis = connect(cluster.url)
    queue = Queue(redis, "dev")
    async with (
        asyncio.timeout(60),
        serving(settings.model_copy(update=changes)) as service,
        service.watch(person) as stream,
    ):
        await stream.until("ready")
        await announce(queue, person, "before")
        assert (await stream.next()).data["code"] == "before"
        cluster.primary.kill()
        await set_status(database, ended_meanwhile, "succeeded")
        await announce(queue, person, "after")
        told = {event.name for event in [await stream.next(30), await stream.next(30)]}
        assert told == {"failed", "succeeded"}, "one from Redis, one from the record"
    await redis.aclose()
