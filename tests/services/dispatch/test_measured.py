"""What a tenant had is what was measured; an estimate counts only as long as a job runs."""

import asyncio
from random import Random

import pytest
from redis.asyncio import Redis

from services.contracts.jobs import GenerationJob
from services.dispatch.claims import Claim, Entry
from services.dispatch.queue import Queue, queue_prefix
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.pretended import Fleet, jain

PREFIX = queue_prefix("test")


async def put(queue: Queue, tenant: str, count: int, weight: float = 1.0) -> None:
    entries = [Entry(a_job(prompt=tenant), tenant, weight) for _ in range(count)]
    await queue.enqueue_many(entries)


async def take(queue: Queue, lease_s: float = 30.0) -> Claim:
    claim = await queue.claim("w1", lease_s, timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    return claim


async def had(redis: Redis, tenant: str) -> float:
    return float(await redis.zscore(f"{PREFIX}:vtimes", tenant) or 0)


@pytest.mark.parametrize("outcome", ["succeeded", "failed", "again", "released", "put off"])
async def test_every_end_of_an_attempt_is_charged_as_measured(
    queue: Queue, redis: Redis, outcome: str
) -> None:
    await put(queue, "t1", 2, weight=2.0)
    claim = await take(queue)
    if outcome == "released":
        await queue.release(claim, gpu_seconds=7.0)
    elif outcome == "put off":
        await queue.release(claim, 30.0, gpu_seconds=7.0)
    else:
        word = "succeeded" if outcome == "succeeded" else "failed"
        result = a_result(claim, outcome=word, retryable=outcome == "again", gpu_seconds=7.0)
        await queue.finish(claim, result)
    assert await had(redis, "t1") == pytest.approx(3.5)
    assert await redis.zscore(f"{PREFIX}:lane:tiny", "t1") == pytest.approx(3.5)
    assert not await redis.exists(f"{PREFIX}:running")


async def test_the_estimate_follows_what_was_measured(queue: Queue, redis: Redis) -> None:
    await put(queue, "t1", 40)
    for _ in range(39):
        claim = await take(queue)
        await queue.finish(claim, a_result(claim, gpu_seconds=5.0))
    before = await had(redis, "t1")
    await take(queue)
    assert await had(redis, "t1") - before == pytest.approx(5.0, rel=0.02)


async def test_half_a_job_teaches_no_estimate(queue: Queue, redis: Redis) -> None:
    await put(queue, "t1", 1)
    await queue.release(await take(queue), gpu_seconds=4.0)
    rest = await take(queue)
    await queue.finish(rest, a_result(rest, gpu_seconds=1.0))
    assert not await redis.exists(f"{PREFIX}:paces", f"{PREFIX}:speed:tiny")
    assert await had(redis, "t1") == pytest.approx(5.0)


async def test_a_lost_worker_costs_what_was_expected(queue: Queue, redis: Redis) -> None:
    await put(queue, "t1", 1)
    claim = await take(queue, lease_s=0.05)
    expected = await had(redis, "t1")
    assert expected == pytest.approx(claim.job.work_units * 0.25, abs=0.01)
    await asyncio.sleep(0.06)
    assert (await queue.reclaim()).put_back == 1
    assert await had(redis, "t1") == expected
    assert not await redis.exists(f"{PREFIX}:running")


async def test_jobs_that_fail_at_once_do_not_stand_at_the_front_for_ever(queue: Queue) -> None:
    await put(queue, "broken", 30)
    await put(queue, "sound", 1)
    order = []
    for _ in range(20):
        claim = await take(queue)
        await queue.finish(claim, a_result(claim, outcome="failed"))
        order.append(claim.job.prompt)
    assert "sound" in order


async def test_a_newcomer_does_not_pay_for_an_estimate_that_was_far_too_high(
    queue: Queue, redis: Redis
) -> None:
    """100 jobs run, each expected to take a thousand times what it takes."""
    await redis.hset(f"{PREFIX}:paces", "tiny", 64_000)
    await put(queue, "busy", 300)
    running = [await take(queue) for _ in range(100)]
    await put(queue, "newcomer", 20)
    for claim in running:
        await queue.finish(claim, a_result(claim, gpu_seconds=1.0))
    fleet = Fleet(queue, 4, ["tiny"], lambda _: 1.0)
    await fleet.turns(40)
    assert fleet.order.count("newcomer") == 20


async def test_a_hostile_measure_breaks_nothing(queue: Queue, redis: Redis) -> None:
    for seconds in (float("inf"), 1e300, 0.0):
        await put(queue, "t1", 1)
        claim = await take(queue)
        await queue.finish(claim, a_result(claim, gpu_seconds=seconds))
    assert await had(redis, "t1") <= 2 * 86_400 + 1
    assert 0 < float(await redis.hget(f"{PREFIX}:paces", "tiny") or 0) < float("inf")


async def test_who_waits_longest_goes_first_now_and_then(queue: Queue, redis: Redis) -> None:
    """A share so small that ten minutes pass without a turn."""
    await put(queue, "heavy", 60, weight=1000.0)
    await put(queue, "light", 2, weight=0.01)
    fleet = Fleet(queue, 1, ["tiny"], lambda _: 10.0)
    await fleet.turns(20)
    assert fleet.order.count("light") == 1
    await redis.zadd(f"{PREFIX}:ages:tiny", {"light": 1.0})
    await fleet.turns(9)
    assert fleet.order.count("light") == 2
    assert fleet.order.count("heavy") == 27, "once, not from now on"


async def test_a_turn_for_the_patient_does_not_move_the_clock(queue: Queue, redis: Redis) -> None:
    """Who comes then begins where those are who work, not where the patient one was let to."""
    for number in range(5):
        await put(queue, f"heavy {number}", 60, weight=8.0)
    await put(queue, "light", 3)
    fleet = Fleet(queue, 1, ["tiny"], lambda _: 5.0)
    await fleet.turns(14)
    await redis.zadd(f"{PREFIX}:ages:tiny", {"light": 1.0})
    await fleet.turns(9)
    await put(queue, "newcomer", 5, weight=8.0)
    await fleet.turns(10)
    assert "newcomer" in fleet.order


async def test_priority_is_a_head_start_and_not_for_ever(queue: Queue, redis: Redis) -> None:
    old = a_job(prompt="old")
    await queue.enqueue(old, "t1")
    await redis.zincrby(f"{PREFIX}:waiting:tiny:t1", -11 * 60_000 * 1024, str(old.id))
    await queue.enqueue(a_job(prompt="urgent"), "t1", priority=1)
    assert [(await take(queue)).job.prompt for _ in range(2)] == ["old", "urgent"]


async def test_the_order_of_a_tenants_jobs_holds_over_its_lanes(queue: Queue) -> None:
    for prompt, lane, priority in (("1", "b", 0), ("2", "a", 0), ("0", "b", 1), ("3", "a", 0)):
        await queue.enqueue(a_job(prompt=prompt, checkpoint=lane), "t1", 1.0, priority)
    taken = [await queue.claim("w1", timeout_s=0, checkpoints=["a", "b"]) for _ in range(4)]
    assert [claim and claim.job.prompt for claim in taken] == ["0", "1", "2", "3"]


async def test_one_tenant_with_10_000_jobs_and_49_with_10(queue: Queue) -> None:
    """Jobs take from a third to three times what their sizes say, by tenant and by chance."""
    chance = Random(7)  # noqa: S311 - no secret
    small = [f"t{number}" for number in range(49)]
    slow = {tenant: chance.choice((0.5, 1.0, 1.5)) for tenant in (*small, "flood")}
    took: dict[str, float] = {}

    def seconds(job: GenerationJob) -> float:
        tenant = slow[job.prompt]
        return took.setdefault(str(job.id), tenant * chance.uniform(0.7, 1.4))

    await put(queue, "flood", 10_000)
    for tenant in small:
        await put(queue, tenant, 10)
    fleet = Fleet(queue, 4, ["tiny"], seconds)
    while max(fleet.order.count(tenant) for tenant in small) < 10:
        assert await fleet.turn()
    index = jain([fleet.had[tenant] for tenant in slow])
    assert index >= 0.99, index
    while min(fleet.jobs[tenant] for tenant in small) < 10:
        assert await fleet.turn()
    assert fleet.clock_s < 490 * 2.1, "twice the work of the small ones at most, by four workers"
