"""In a batch of many short jobs a tenant's turn is several of them; shares stay what they are."""

from collections import Counter
from itertools import groupby

from redis.asyncio import Redis

from services.dispatch.claims import Claim, Entry
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import key
from tests.services.dispatch.pretended import jain


async def put(queue: Queue, tenant: str, count: int, weight: float = 1.0, steps: int = 4) -> None:
    jobs = [a_job(prompt=tenant, steps=steps) for _ in range(count)]
    await queue.enqueue_many([Entry(job, tenant, weight) for job in jobs])


async def take(queue: Queue, at_most: int) -> list[Claim]:
    return await queue.claim_many("w1", at_most, timeout_s=0, checkpoints=["tiny"])


async def end(queue: Queue, claims: list[Claim], seconds: float) -> None:
    await queue.finish_many([(claim, a_result(claim, gpu_seconds=seconds)) for claim in claims])


def turns(claims: list[Claim]) -> list[tuple[str, int]]:
    return [
        (name, len(list(jobs))) for name, jobs in groupby(claims, lambda claim: claim.job.prompt)
    ]


async def test_a_turn_is_a_part_of_the_batch(queue: Queue) -> None:
    """Jobs of a hundredth of a second: by time ten would be a turn."""
    for name in "abc":
        await put(queue, name, 60)
    assert turns(await take(queue, 64))[:4] == [("a", 4), ("b", 4), ("c", 4), ("a", 4)]
    assert max(length for _, length in turns(await take(queue, 15))) == 1


async def test_a_turn_is_a_tenth_of_a_second_by_weight_at_most(queue: Queue) -> None:
    """64 steps are 0.0655 s by the first estimate."""
    for name, weight in (("a", 1.0), ("b", 2.0), ("c", 4.0)):
        await put(queue, name, 60, weight, steps=64)
    assert turns(await take(queue, 160))[:4] == [("a", 1), ("b", 3), ("c", 6), ("a", 1)]


async def test_a_turn_ends_with_the_jobs_of_a_kin(queue: Queue) -> None:
    await put(queue, "a", 3)
    await put(queue, "a", 1, steps=5)
    await put(queue, "b", 3)
    assert turns(await take(queue, 160)) == [("a", 3), ("b", 3)]
    assert turns(await take(queue, 160)) == [("a", 1)]


async def test_a_turn_keeps_to_the_limit(queue: Queue) -> None:
    entries = [Entry(a_job(prompt="a"), "a", limit=3) for _ in range(20)]
    await queue.enqueue_many(entries)
    await put(queue, "b", 20)
    assert Counter(claim.job.prompt for claim in await take(queue, 160)) == {"a": 3, "b": 20}


async def test_nothing_is_left_of_tenants_whose_jobs_were_all_taken(
    queue: Queue, redis: Redis
) -> None:
    for number in range(40):
        await put(queue, f"t{number}", number % 5 + 1)
    claims = await take(queue, 500)
    assert len(claims) == len({claim.job.id for claim in claims}) == 120
    assert await queue.depth() == 0
    assert not await redis.exists(key("lane", "tiny"), key("ages", "tiny"), key("lanes"))
    await end(queue, claims, 0.01)
    assert not await redis.exists(key("running"), key("jobs"), key("held"))


async def test_shares_by_large_batches(queue: Queue, redis: Redis) -> None:
    """Thirty tenants of three weights, jobs that take from 10 to 200 ms, 160 at a time."""
    weights = {f"t{number}": (1.0, 2.0, 4.0)[number % 3] for number in range(30)}
    lasts = {name: (0.01, 0.05, 0.2)[number % 7 % 3] for number, name in enumerate(weights)}
    had = dict.fromkeys(weights, 0.0)
    for name, weight in weights.items():
        await put(queue, name, 1_300, weight)
    for _ in range(60):
        claims = await take(queue, 160)
        assert len(claims) == 160
        done = []
        for claim in claims:
            seconds = lasts[claim.job.prompt]
            had[claim.job.prompt] += seconds / weights[claim.job.prompt]
            done.append((claim, a_result(claim, gpu_seconds=seconds)))
        await queue.finish_many(done)
    assert await redis.zcard(key("lane", "tiny")) == 30, "all of them still wait"
    index = jain(list(had.values()))
    assert index >= 0.99, index


async def test_who_stands_far_behind_in_the_lane_is_not_passed_over(queue: Queue) -> None:
    """Its tenants are read by parts; all of these began at the same time."""
    await put(queue, "a", 60, weight=1000.0, steps=400)
    others = [f"t{number:02}" for number in range(30)]
    for name in others:
        await put(queue, name, 2, steps=400)
    assert turns(await take(queue, 32)) == [("a", 2), *((name, 1) for name in others)]
