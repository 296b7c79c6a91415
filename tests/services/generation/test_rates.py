"""How many requests a person may make: in one process, over several, and without Redis."""

import asyncio

import httpx
import pytest
from redis.asyncio import Redis

from services.dispatch.rates import SharedClocks
from services.generation.background.rate_sharing import RateSharing
from services.generation.rates import WINDOW_S, Rates


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_at_once_and_then_as_it_refills() -> None:
    clock = Clock()
    rates = Rates(clock)
    assert [rates.spend("a", 60) for _ in range(60)] == [0] * 60
    wait_s = rates.spend("a", 60)
    assert wait_s == pytest.approx(1.0)
    assert rates.spend("b", 60) == 0, "another person"
    clock.now += wait_s / 2
    assert rates.spend("a", 60) == pytest.approx(0.5), "a refusal costs nothing"
    clock.now += wait_s / 2
    assert rates.spend("a", 60) == 0
    clock.now += WINDOW_S
    assert [rates.spend("a", 60) for _ in range(60)] == [0] * 60


async def test_what_is_spent_elsewhere_counts_here(redis: Redis) -> None:
    here, there = Rates(), Rates()
    shared = SharedClocks(redis, "dev")
    for _ in range(4):
        assert here.spend("a", 6) == 0
    for _ in range(2):
        assert there.spend("a", 6) == 0
    for each in (here, there, here):
        each_sharing = RateSharing(each, shared)
        each.spend("b", 6)
        await each_sharing.turn()
    assert there.spend("a", 6) > 0, "it has heard of all six"


async def test_what_was_spent_during_an_exchange_is_not_forgotten() -> None:
    clock = Clock()
    rates = Rates(clock)
    rates.spend("a", 2)
    assert rates.take_unshared() == {"a": 30.0}
    rates.spend("a", 2)
    rates.learn({"a": 30.0})
    assert rates.spend("a", 2) > 0


async def test_clocks_that_stand_still_are_forgotten(redis: Redis) -> None:
    ahead = await SharedClocks(redis, "dev").spend({"a": 0.01, "b": 30.0})
    assert ahead["b"] == pytest.approx(30.0, abs=1)
    await asyncio.sleep(0.03)
    assert [key async for key in redis.scan_iter("*rate*")] == ["{pingvas:dev}:rate:b"]


async def test_a_flood_is_told_when_to_come_back(client: httpx.AsyncClient) -> None:
    body = {"checkpoint": "none", "prompt": "x"}
    answers = [await client.post("/v1/quotes", json=body) for _ in range(60)]
    assert {answer.status_code for answer in answers} == {200}
    while (refused := await client.post("/v1/quotes", json=body)).status_code == 200:
        pass
    assert refused.status_code == 429
    assert refused.json()["code"] == "generation.too_many_requests"
    assert refused.headers["Retry-After"] == "1"
