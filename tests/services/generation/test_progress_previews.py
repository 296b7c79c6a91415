"""Previews: small pictures of a running job, told to its owner and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from services.contracts.events import ProgressNews
from services.dispatch.queue import Queue, key_prefix
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person
from tests.services.generation.watching import Service, submitted
from tests.services.generation.work import take

NOW = datetime.now(UTC)
NEWS, PREVIEWS = f"{key_prefix('dev')}:news", f"{key_prefix('dev')}:preview"
PREVIEW = "data:image/webp;base64,UklGRg=="


async def test_a_preview_comes_with_a_step_to_its_owner_alone(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    stranger = await a_person(database, 10)
    async with (
        service.watch(person) as stream,
        service.watch(stranger) as other,
        service.client(person) as client,
    ):
        await stream.until("ready")
        await other.until("ready")
        job_id = await submitted(client)
        claim = await take(queue)
        await stream.until("started")
        for done, preview in enumerate((None, PREVIEW, None)):
            await queue.report(claim, told_step(claim.job.id, done, preview))
        told = [*await stream.until("progress"), await stream.next(), await stream.next()]
        assert [event.data.get("preview") for event in told] == [None, PREVIEW, None]
        assert {event.data["job_id"] for event in told} == {job_id}
        async with service.watch(person, f"/v1/generations/{job_id}/events") as late:
            begun = await late.until("ready")
        assert PREVIEW not in [event.data.get("preview") for event in begun], "it is of the moment"
        with pytest.raises(TimeoutError):
            await other.next(0.1)


async def test_a_preview_that_is_gone_is_null(
    service: Service, queue: Queue, person: Caller, redis: Redis
) -> None:
    async with service.watch(person) as stream, service.client(person) as client:
        await submitted(client)
        claim = await take(queue)
        await stream.until("started")
        await queue.report(claim, told_step(claim.job.id, 1, PREVIEW))
        seen = (await stream.until("progress"))[-1]
        fields: Any = (await redis.xrevrange(NEWS, count=1) or [])[0][1]
        await redis.delete(f"{PREVIEWS}:{claim.job.id}")
        await redis.xadd(NEWS, fields)
        unseen = await stream.next()
    assert (seen.data["preview"], unseen.data["preview"]) == (PREVIEW, None)


def told_step(job_id: UUID, done: int, preview: str | None) -> ProgressNews:
    return ProgressNews(job_id=job_id, at=NOW, attempt=1, step=done, steps=9, preview=preview)
