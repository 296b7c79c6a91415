"""Weights that are nothing, negative or beyond all bounds do not break fairness."""

from importlib.resources import files

import pytest
from redis.asyncio import Redis

from services.dispatch.queue import LARGEST_WEIGHT, SMALLEST_WEIGHT, Queue
from tests.services.dispatch.keys import key
from tests.services.dispatch.test_fairness import fill, shares

CLOCK = key("vclock")
SILLY = [0.0, -1.0, float("nan"), float("-inf")]
HUGE = [1e300, float("inf")]


@pytest.mark.parametrize("weight", SILLY)
async def test_a_weight_of_nothing_gets_the_smallest_share(
    queue: Queue, redis: Redis, weight: float
) -> None:
    await fill(queue, "silly", 20, weight)
    await fill(queue, "plain", 20)
    assert (await shares(queue, 21))["plain"] == 20
    assert await shares(queue, 19) == {"silly": 19}, "it is served when nobody else waits"
    await fill(queue, "a", 10)
    await fill(queue, "b", 10)
    assert await shares(queue, 10) == {"a": 5, "b": 5}, "the clock is still a clock"


@pytest.mark.parametrize("weight", HUGE)
async def test_a_huge_weight_gets_the_largest_share_and_others_their_turn(
    queue: Queue, redis: Redis, weight: float
) -> None:
    await redis.set(CLOCK, "1e6")
    await fill(queue, "huge", 60, weight)
    await fill(queue, "plain", 3, weight=LARGEST_WEIGHT / 10)
    assert (await shares(queue, 22))["plain"] >= 2


async def test_an_entry_without_a_weight_is_served(queue: Queue, redis: Redis) -> None:
    await fill(queue, "old", 1)
    ((job_id, text),) = (await redis.hgetall(key("jobs"))).items()
    await redis.hset(key("jobs"), job_id, str(text).replace("\t1.0\t", "\t\t", 1))
    assert await shares(queue, 1) == {"old": 1}


def test_the_scripts_know_the_same_bounds() -> None:
    text = (files("services.dispatch") / "lua" / "prelude.lua").read_text()
    bounds = f"{SMALLEST_WEIGHT}, {LARGEST_WEIGHT:.0f}"
    assert f"local SMALLEST_WEIGHT, LARGEST_WEIGHT = {bounds}\n" in text
