"""A loaded checkpoint is used for as long as fairness can bear it; jobs of one kin go together."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from redis.asyncio import Redis

from services.contracts.jobs import GenerationJob, LoraUse
from services.dispatch.claims import Claim, Entry, kin_of
from services.dispatch.queue import LOOK_AHEAD, WINDOW_S, Queue
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import key, spoil
from tests.services.dispatch.pretended import Fleet, jain

LANES = ("a", "b", "c", "d")
POPULARITY = (50, 25, 15, 10)


async def put(queue: Queue, tenant: str, *checkpoints: str, weight: float = 1.0) -> None:
    entries = [Entry(a_job(prompt=tenant, checkpoint=name), tenant, weight) for name in checkpoints]
    await queue.enqueue_many(entries)


async def take(queue: Queue, lanes: Sequence[str], warm: Sequence[str] = ()) -> Claim:
    claim = await queue.claim("w1", timeout_s=0, checkpoints=lanes, warm=warm)
    assert claim is not None
    return claim


async def serve(queue: Queue, warm: Sequence[str], seconds: float = 1.0) -> str:
    claim = await take(queue, ("a", "b"), warm)
    await queue.finish(claim, a_result(claim, gpu_seconds=seconds))
    return claim.job.checkpoint


async def test_the_loaded_checkpoint_goes_first_among_equals(queue: Queue) -> None:
    await put(queue, "t1", "a", "a")
    await put(queue, "t2", "b", "b")
    assert (await take(queue, ("a", "b"), ["b"])).job.checkpoint == "b"


async def test_nobody_is_passed_over_more_often_than_the_look_ahead(queue: Queue) -> None:
    """Newcomers who start at the clock could go first for ever."""
    await put(queue, "cold", "a")
    served = []
    for number in range(LOOK_AHEAD + 1):
        await put(queue, f"newcomer{number}", "b")
        served.append(await serve(queue, ["b"]))
    assert served == ["b"] * LOOK_AHEAD + ["a"]


async def test_nobody_is_passed_over_by_more_than_the_window(queue: Queue) -> None:
    await put(queue, "cold", "a", "a")
    await put(queue, "warm", *["b"] * 10)
    served = [await serve(queue, ["b"], WINDOW_S / 2 + 1) for _ in range(4)]
    assert served == ["b", "b", "a", "b"]


async def test_a_lane_that_was_served_may_be_passed_over_again(queue: Queue) -> None:
    await put(queue, "t1", *["a"] * 3)
    await put(queue, "t2", *["b"] * 30)
    served = "".join([await serve(queue, ["b"], 0.01) for _ in range(3 * (LOOK_AHEAD + 1))])
    assert served == ("b" * LOOK_AHEAD + "a") * 3


async def test_a_lane_that_is_empty_is_not_remembered_as_passed_over(
    queue: Queue, redis: Redis
) -> None:
    cold = a_job(checkpoint="a")
    await queue.enqueue(cold, "cold")
    await put(queue, "warm", "b")
    assert await serve(queue, ["b"]) == "b"
    await queue.cancel(cold.id)
    assert not await redis.exists(key("passed"))


async def test_without_a_warm_lane_nothing_changes(queue: Queue, redis: Redis) -> None:
    await put(queue, "t1", "a")
    await put(queue, "t2", "b")
    assert [await serve(queue, []) for _ in range(2)] == ["a", "b"]
    assert not await redis.exists(key("passed"))


async def mixed_trace(queue: Queue, *, is_warm: bool) -> tuple[Fleet, float]:
    """24 tenants, four checkpoints, three workers; loading takes 10 s, a job about 4 s."""
    chance = Random(3)  # noqa: S311 - no secret
    took: dict[str, float] = {}

    def seconds(job: GenerationJob) -> float:
        return took.setdefault(str(job.id), chance.uniform(2, 6))

    tenants = [f"t{number}" for number in range(24)]
    for tenant in tenants:
        await put(queue, tenant, *chance.choices(LANES, POPULARITY, k=60))
    fleet = Fleet(queue, 3, LANES, seconds, swap_s=10.0, is_warm=is_warm)
    await fleet.turns(700)
    return fleet, jain([fleet.had[tenant] for tenant in tenants])


async def test_hit_rate_with_and_without_warmth(queue: Queue, redis: Redis) -> None:
    cold, cold_index = await mixed_trace(queue, is_warm=False)
    await redis.flushall()
    warm, warm_index = await mixed_trace(queue, is_warm=True)
    assert cold.hit_rate < 0.45
    assert warm.hit_rate > 0.9
    assert warm.clock_s < cold.clock_s / 2
    assert min(cold_index, warm_index) >= 0.99


async def test_kin_are_taken_together_and_nobody_else(queue: Queue) -> None:
    await put(queue, "t1", *["a"] * 3)
    await put(queue, "t2", *["a"] * 3)
    await queue.enqueue(a_job(prompt="t3", checkpoint="a", width=128), "t3")
    first = await queue.claim_many("w1", 8, timeout_s=0, checkpoints=["a"])
    assert [claim.job.prompt for claim in first] == ["t1", "t2"], "t3 is next by fairness"
    second = await queue.claim_many("w1", 8, timeout_s=0, checkpoints=["a"])
    assert [claim.job.prompt for claim in second] == ["t3"]
    third = await queue.claim_many("w1", 3, timeout_s=0, checkpoints=["a"])
    assert [claim.job.prompt for claim in third] == ["t1", "t2", "t1"]
    assert len({claim.job.id for claim in (*first, *second, *third)}) == 6
    done = [(claim, a_result(claim, gpu_seconds=1.0)) for claim in (*first, *second, *third)]
    assert await queue.finish_many(done) == [True] * 6
    assert await queue.depth() == 1


async def test_a_batch_does_not_hold_up_another_lane(queue: Queue) -> None:
    await put(queue, "t1", *["a"] * 4)
    await put(queue, "t2", "b")
    claims = await queue.claim_many("w1", 8, timeout_s=0, checkpoints=["a", "b"])
    assert [claim.job.checkpoint for claim in claims] == ["a"]


async def test_a_batch_keeps_to_a_tenants_limit(queue: Queue) -> None:
    await queue.enqueue_many([Entry(a_job(), "t1", limit=2) for _ in range(5)])
    assert len(await queue.claim_many("w1", 8, timeout_s=0, checkpoints=["tiny"])) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"checkpoint": "x"}, {"width": 128}, {"height": 128}, {"scheduler": "euler"},
        {"steps": 5}, {"guidance_scale": 2.0}, {"loras": (LoraUse(name="l"),)},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_kin(other: dict[str, Any]) -> None:
    assert kin_of(a_job()) == kin_of(a_job(prompt="another", seed=7, count=2))
    assert kin_of(a_job(**other)) != kin_of(a_job())


def test_a_job_with_a_picture_of_its_own_has_no_kin() -> None:
    assert kin_of(a_job(source_key="uploads/x")) == ""


async def test_jobs_without_kin_are_taken_one_by_one(queue: Queue) -> None:
    await queue.enqueue_many([Entry(a_job(source_key="uploads/x"), "t1") for _ in range(3)])
    assert len(await queue.claim_many("w1", 8, timeout_s=0, checkpoints=["tiny"])) == 1


async def test_an_unreadable_job_does_not_take_its_batch_with_it(
    queue: Queue, redis: Redis
) -> None:
    jobs = [a_job() for _ in range(3)]
    await queue.enqueue_many([Entry(job, "t1") for job in jobs])
    await spoil(redis, jobs[0].id)
    claims = await queue.claim_many("w1", 8, timeout_s=0, checkpoints=["tiny"])
    assert [claim.job.id for claim in claims] == [job.id for job in jobs[1:]]


@pytest.mark.parametrize("is_warm", [False, True])
async def test_a_limit_and_warm_lanes_together_keep_the_shares(queue: Queue, is_warm: bool) -> None:
    """Who is parked by a limit comes back where it was, whoever was served warm meanwhile."""
    lasts = {"short": 1.0, "long": 5.0, "middle": 2.0}
    lanes = {"short": "a", "long": "b", "middle": "a"}
    for tenant in lasts:
        jobs = [a_job(checkpoint=lanes[tenant], prompt=tenant) for _ in range(500)]
        await queue.enqueue_many([Entry(job, tenant, limit=1) for job in jobs])
    fleet = Fleet(queue, 2, ["a", "b"], lambda job: lasts[job.prompt], is_warm=is_warm)
    for _ in range(400):
        await fleet.turn()
    assert jain(list(fleet.had.values())) > 0.97, dict(fleet.had)
