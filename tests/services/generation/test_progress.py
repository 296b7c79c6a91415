"""Watching jobs over server-sent events, on the real service behind a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.contracts.events import ProgressNews, StartedNews, SucceededNews
from services.dispatch.queue import Queue
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person
from tests.services.generation.watching import Service, add_job, serving


@pytest.fixture
async def service(
    settings: GenerationSettings, database: Database, queue: Queue
) -> AsyncIterator[Service]:
    quiet = {"sweep_every_s": 60.0, "streams_per_user": 3}
    async with serving(settings.model_copy(update=quiet)) as service:
        yield service


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database, 10)


async def test_the_present_state_comes_first_then_news_in_order(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    job_id = await add_job(database, person)
    async with service.watch(person) as stream:
        queued, ready = await stream.until("ready")
        assert (queued.name, queued.data["job_id"]) == ("queued", str(job_id))
        assert ready.data == {"open_jobs": 1, "complete": True}
        now = queued.data["at"]
        await queue.announce(
            (person.user_id, StartedNews(job_id=job_id, at=now, attempt=1, worker="w1")),
            (person.user_id, ProgressNews(job_id=job_id, at=now, attempt=1, step=1, steps=2)),
            (person.user_id, SucceededNews(job_id=job_id, at=now, attempt=1)),
        )
        told = await stream.until("succeeded")
    assert [event.name for event in told] == ["started", "progress", "succeeded"]
    assert told[0].data["worker"] == "w1"
    assert (told[1].data["step"], told[1].data["steps"]) == (1, 2)
    assert len({event.id for event in told}) == 3
    await service.until_nobody_watches()
