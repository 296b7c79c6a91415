"""No more jobs of a tenant run at once than its limit, and a tenant at its limit blocks nobody."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from services.contracts.jobs import GenerationJob, JobKind
from services.dispatch.claims import Claim, Entry
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import key


async def put(queue: Queue, tenant: str, count: int, limit: int, **changes: Any) -> list[UUID]:
    jobs: Sequence[GenerationJob] = [a_job(**changes) for _ in range(count)]
    assert await queue.enqueue_many([Entry(job, tenant, limit=limit) for job in jobs]) == count
    return [job.id for job in jobs]


async def take(queue: Queue, *lanes: str, lease_s: float = 30.0) -> Claim | None:
    return await queue.claim("w1", lease_s, timeout_s=0, checkpoints=lanes or ["tiny"])


async def claimed(queue: Queue, *lanes: str, lease_s: float = 30.0) -> Claim:
    claim = await take(queue, *lanes, lease_s=lease_s)
    assert claim is not None
    return claim


async def test_a_batch_goes_in_once_and_keeps_its_order(queue: Queue) -> None:
    jobs = [a_job() for _ in range(230)]
    entries = [Entry(job, "t1") for job in jobs]
    assert await queue.enqueue_many(entries) == 230
    assert await queue.enqueue_many(entries[:3]) == 0
    assert [(await claimed(queue)).job.id for _ in jobs] == [job.id for job in jobs]


async def test_a_tenant_at_its_limit_waits_until_one_of_its_jobs_ends(queue: Queue) -> None:
    await put(queue, "t1", 4, limit=2)
    first, _ = await claimed(queue), await claimed(queue)
    assert await take(queue) is None
    assert await queue.depth() == 2
    await queue.finish(first, a_result(first))
    await claimed(queue)
    assert await take(queue) is None


async def test_it_blocks_nobody_else(queue: Queue) -> None:
    await put(queue, "greedy", 3, limit=1)
    others = await put(queue, "modest", 2, limit=2)
    taken = [(await claimed(queue)).job.id for _ in range(3)]
    assert set(others) <= set(taken)
    assert await take(queue) is None


async def test_the_limit_counts_over_all_lanes(queue: Queue) -> None:
    await put(queue, "t1", 1, limit=1)
    await put(queue, "t1", 1, limit=1, checkpoint="other")
    held = await claimed(queue, "tiny", "other")
    assert await take(queue, "tiny", "other") is None
    await queue.release(held)
    again = await claimed(queue, "tiny", "other")
    await queue.finish(again, a_result(again))
    assert (await claimed(queue, "tiny", "other")).job.checkpoint != again.job.checkpoint


@pytest.mark.parametrize("way", ["release", "put off", "retry", "cancel", "lease"])
async def test_whatever_ends_a_lease_makes_room(queue: Queue, way: str) -> None:
    await put(queue, "t1", 2, limit=1)
    held = await claimed(queue, lease_s=0.02 if way == "lease" else 30)
    if way == "release":
        await queue.release(held)
    elif way == "put off":
        await queue.release(held, delay_s=30)
    elif way == "retry":
        await queue.finish(held, a_result(held, outcome="failed", retryable=True))
    elif way == "cancel":
        await queue.cancel(held.job.id)
        await queue.finish(held, a_result(held, outcome="failed", error_code="cancelled"))
    else:
        while not (await queue.reclaim()).put_back:
            pass
    await claimed(queue)
    assert await take(queue) is None


async def test_a_parked_job_that_is_cancelled_leaves_nothing(queue: Queue, redis: Redis) -> None:
    _, second = await put(queue, "t1", 2, limit=1)
    held = await claimed(queue)
    await queue.cancel(second)
    assert await queue.depth() == 0
    await queue.finish(held, a_result(held))
    assert await take(queue) is None
    assert await redis.keys("*parked*") == []
    assert await redis.keys("*running*") == []


async def test_an_extended_lease_still_counts(queue: Queue, redis: Redis) -> None:
    await put(queue, "t1", 2, limit=1)
    held = await claimed(queue, lease_s=0.05)
    await queue.extend(held)
    assert str(await redis.hget(key("running"), "t1")).startswith("1 ")
    assert await take(queue) is None


async def test_a_kind_waits_in_a_lane_of_its_own(queue: Queue) -> None:
    (job_id,) = await put(queue, "t1", 1, limit=0, kind=JobKind.INPAINT)
    assert await take(queue) is None, "a worker that knows text to image alone never sees it"
    assert (await claimed(queue, "tiny:inpaint")).job.id == job_id


async def test_a_limit_that_is_lowered_holds_at_once(queue: Queue, redis: Redis) -> None:
    """The tenant stands in two lanes, under the limit it had, when a job with the new one comes."""
    await put(queue, "t1", 4, limit=8)
    await put(queue, "t1", 1, limit=8, checkpoint="other")
    held = [await claimed(queue), await claimed(queue)]
    await put(queue, "t1", 1, limit=2)
    assert await take(queue, "tiny", "other") is None
    await put(queue, "t2", 1, limit=1, checkpoint="other")
    assert (await claimed(queue, "tiny", "other")).job.checkpoint == "other"
    for claim in held:
        await queue.finish(claim, a_result(claim))
    taken = [(await claimed(queue, "tiny", "other")).job.checkpoint for _ in range(4)]
    assert sorted(taken) == ["other", "tiny", "tiny", "tiny"]
    assert not await redis.exists(key("parked"))
