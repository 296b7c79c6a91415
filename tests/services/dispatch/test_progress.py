"""The stream of news: who writes to it, what it keeps, how it is read."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis

from services.contracts.events import CancelledNews, EventKind, ProgressNews, SucceededNews
from services.dispatch.claims import Claim
from services.dispatch.progress import START, NewsStream
from services.dispatch.queue import Queue, key_prefix
from tests.services.dispatch.jobs import a_job

STREAM = "{pingvas:test}:news"


def stream_of(redis: Redis) -> NewsStream:
    return NewsStream(redis, key_prefix("test"))


def step(claim: Claim, done: int) -> ProgressNews:
    job = claim.job
    return ProgressNews(
        job_id=job.id, at=job.submitted_at, attempt=claim.attempt, step=done, steps=4
    )


async def test_a_job_that_comes_in_is_told_once(queue: Queue, redis: Redis) -> None:
    job = a_job(prompt='"submitted_at":"1999-01-01"')
    await queue.enqueue(job, str(job.user_id))
    await queue.enqueue(job, str(job.user_id))
    (entry,) = await stream_of(redis).read(START, timeout_s=0.01)
    assert (entry.kind, entry.user_id, entry.job_id) == ("queued", str(job.user_id), str(job.id))
    assert json.loads(entry.body) == {
        "kind": "queued",
        "job_id": str(job.id),
        "at": job.model_dump(mode="json")["submitted_at"],
        "attempt": 0,
    }


async def test_only_the_holder_of_the_lease_tells_steps(queue: Queue, redis: Redis) -> None:
    job = a_job()
    await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    assert await queue.report(claim, step(claim, 1))
    await queue.release(claim)
    assert not await queue.report(claim, step(claim, 2))
    _, told = await stream_of(redis).read(START, timeout_s=0.01)
    assert (told.kind, told.attempt, told.user_id) == (EventKind.PROGRESS, 1, str(job.user_id))
    assert json.loads(told.body)["step"] == 1


async def test_news_is_read_in_order_from_anywhere(queue: Queue, redis: Redis) -> None:
    user, job, now = uuid4(), a_job(), a_job().submitted_at
    stream = stream_of(redis)
    assert await stream.last() == START
    await queue.announce()
    await queue.announce(
        (user, SucceededNews(job_id=job.id, at=now, attempt=1)),
        (user, CancelledNews(job_id=job.id, at=now, attempt=2)),
    )
    first, second = await stream.read(START)
    assert (first.kind, second.kind) == ("succeeded", "cancelled")
    assert await stream.read(first.entry_id) == [second]
    assert await stream.read(START, count=1) == [first]
    assert await stream.read(second.entry_id, timeout_s=0.01) == []
    assert await stream.last() == second.entry_id


async def test_the_stream_stays_small_and_does_not_stay_for_ever(
    queue: Queue, redis: Redis
) -> None:
    user, job_id, now = uuid4(), uuid4(), a_job().submitted_at
    news = [(user, CancelledNews(job_id=job_id, at=now, attempt=n)) for n in range(500)]
    for _ in range(44):
        await queue.announce(*news)
    assert 20_000 <= await redis.xlen(STREAM) < 20_200
    assert 86_000 < await redis.ttl(STREAM) <= 86_400
    assert (await redis.memory_usage(STREAM) or 0) < 6 * 2**20


async def test_a_preview_lies_beside_the_news_and_not_in_it(queue: Queue, redis: Redis) -> None:
    job = a_job()
    await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    stream, picture = stream_of(redis), "data:image/webp;base64," + "A" * 8_000
    assert await queue.report(claim, step(claim, 1))
    assert await stream.previews([str(job.id)]) == {}
    assert await queue.report(claim, step(claim, 2).model_copy(update={"preview": picture}))
    _, without, with_one = await stream.read(START, timeout_s=0.01)
    assert (without.promises_preview, with_one.promises_preview) == (False, True)
    assert "preview" not in without.body
    assert json.loads(with_one.body)["preview"] == ""
    assert await stream.previews([str(uuid4()), str(job.id)]) == {str(job.id): picture}
    assert await stream.previews([]) == {}
    assert 0 < await redis.ttl(f"{{pingvas:test}}:preview:{job.id}") <= 10


async def test_a_lost_lease_leaves_no_preview(queue: Queue, redis: Redis) -> None:
    job = a_job()
    await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    await queue.release(claim)
    late = step(claim, 1).model_copy(update={"preview": "data:image/webp;base64,AAAA"})
    assert not await queue.report(claim, late)
    assert await stream_of(redis).previews([str(job.id)]) == {}


async def test_previews_do_not_grow_the_stream(queue: Queue, redis: Redis) -> None:
    job = a_job()
    await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    told = step(claim, 1).model_copy(update={"preview": "data:image/webp;base64," + "A" * 8_000})
    for _ in range(1_000):
        await queue.report(claim, told)
    assert (await redis.memory_usage(STREAM) or 0) < 2**20


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAA",
        "data:text/html;base64,AAAA",
        'data:image/webp;base64,A"',
        "data:image/webp;base64,A\n",
    ],
)
def test_only_pictures_are_previews(text: str) -> None:
    values = {"job_id": uuid4(), "at": a_job().submitted_at, "step": 1, "steps": 2}
    with pytest.raises(ValidationError):
        ProgressNews.model_validate({**values, "preview": text})
    with pytest.raises(ValidationError):
        ProgressNews.model_validate({**values, "preview": "data:image/webp;base64," + "A" * 8_192})
