"""500 jobs of 20 people while workers are killed and stopped, and Redis fails over twice.

Every job ends exactly once, every picture is stored once, the ledger is exact: judged from data
alone. How long nothing ended after each strike is printed, and no longer than the design allows.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle, islice
from uuid import uuid4

import httpx
import pytest

from services.contracts.tiers import TIERS
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.chaos.arena import Arena
from tests.services.chaos.faults import Strike, plan
from tests.services.chaos.holdings import ENDED_BY_A_LOSS, Attempt, attempts_of, outcome_of
from tests.services.chaos.stalls import Recovery, recoveries
from tests.services.chaos.verdict import Record, dead_letters, left_in_queue, stored, unexplained
from tests.services.dispatch.valkey_nodes import wait_until
from tests.services.stress.books import Books, reconcile
from tests.services.stress.customers import Customer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
TENANTS, JOBS_EACH = 20, 25
JOBS = TENANTS * JOBS_EACH
CREDITS = 40
STEPS = (8, 16)
MOST_PICTURES = 2
FIRST_ORDERS = 120
ENDS_BETWEEN_STRIKES = 36
PATIENCE_S = 180.0


async def order_all(
    customer: Customer, most_pictures: int, gate: asyncio.Semaphore, dice: random.Random
) -> None:
    """Twenty-five jobs, each asked for as often as it takes; some once more with the same key."""
    for _ in range(JOBS_EACH):
        key, times = uuid4().hex, 1 + (dice.random() < 0.2)
        count = dice.randint(1, most_pictures)
        wish = {"steps": dice.randint(*STEPS), "seed": dice.randrange(10**6), "count": count}
        await gate.acquire()
        for _ in range(times):
            await insist(customer, key, wish)


async def insist(customer: Customer, key: str, wish: dict[str, int]) -> None:
    """Too many wait, or too many requests: again a moment later."""
    while True:
        if await customer.order(key, **wish):
            return
        await asyncio.sleep(1)


async def strike_all(
    arena: Arena, record: Record, gate: asyncio.Semaphore, dice: random.Random
) -> list[Strike]:
    """One fault after the other, always at work; each lets more jobs be ordered."""
    faults, strikes = plan(dice), list[Strike]()
    for number, fault in enumerate(faults):
        await until_ended(record, ENDS_BETWEEN_STRIKES * (number + 1))
        strikes.append(await asyncio.to_thread(fault.strike, arena, dice))
        for _ in range(number, JOBS - FIRST_ORDERS, len(faults)):
            gate.release()
    return strikes


async def until_ended(record: Record, count: int) -> None:
    await asyncio.to_thread(wait_until, lambda: record.ended() >= count, PATIENCE_S)


@asynccontextmanager
async def customers_of(
    arena: Arena, database: EnvironmentDatabase
) -> AsyncIterator[list[Customer]]:
    """People of every tier in turn, who talk to one of the two generation services each."""
    async with httpx.AsyncClient(timeout=20) as client:
        people = [
            (add_person(database, balance=CREDITS, tier=tier), tier)
            for tier in islice(cycle(TIERS), TENANTS)
        ]
        yield [
            Customer(
                user_id=person,
                headers=arena.saas.tokens.headers(person, tier=tier),
                generation_url=arena.generation[number % 2].url,
                payment_url="",
                client=client,
            )
            for number, (person, tier) in enumerate(people)
        ]


async def test_every_job_ends_once_whatever_is_struck(
    standing_arena: Arena,
    environment_database: EnvironmentDatabase,
    seed: int,
    taught: list[Recovery],
) -> None:
    arena, record = standing_arena, Record(environment_database)
    async with customers_of(arena, environment_database) as customers:
        strikes = await order_and_strike(arena, record, customers, seed)
        await until_ended(record, JOBS)
    primary = arena.cluster.elected()
    wait_until(lambda: not left_in_queue(primary), PATIENCE_S)
    assert left_in_queue(primary) == {}
    attempts = attempts_of(arena.workers)
    taught += recoveries(strikes, record.times(), longest_undisturbed_s(attempts, strikes))
    print(f"{len(attempts)} attempts, at most {record.most_attempts()} of one job")

    judge_jobs(environment_database, customers, attempts)
    judge_pictures(record, arena)
    assert reconcile(arena.saas.settings) == []
    assert dead_letters(primary) <= {row["id"] for row in record.unsuccessful()}
    for lease in (lease for strike in strikes for lease in strike.lost):
        assert outcome_of(lease, attempts) in ENDED_BY_A_LOSS, lease
    assert [each for each in taught if not each.is_in_time] == []
    for worker in arena.workers:
        worker.stop()
    assert [line for program in arena.programs for line in program.errors()] == []


async def order_and_strike(
    arena: Arena, record: Record, customers: list[Customer], seed: int
) -> list[Strike]:
    """Both at the same time; over when all was ordered and struck."""
    dice, gate = random.Random(seed), asyncio.Semaphore(FIRST_ORDERS)  # noqa: S311 - a test's dice
    async with asyncio.TaskGroup() as tasks:
        striking = tasks.create_task(strike_all(arena, record, gate, dice))
        for customer, terms in zip(customers, cycle(TIERS.values()), strict=False):
            own = random.Random(dice.random())  # noqa: S311 - a test's dice
            most = min(MOST_PICTURES, terms.images_per_job)
            tasks.create_task(order_all(customer, most, gate, own))
    return striking.result()


def longest_undisturbed_s(attempts: Sequence[Attempt], strikes: Sequence[Strike]) -> float:
    """Of the attempts during which nothing was struck."""
    return max(
        each.seconds
        for each in attempts
        if each.ended_at
        and not any(
            each.began_at.timestamp() < strike.at < each.ended_at.timestamp() for strike in strikes
        )
    )


def judge_jobs(
    database: EnvironmentDatabase, customers: list[Customer], attempts: Sequence[Attempt]
) -> None:
    """Each promised job ended once, and was paid for or given back once."""
    books, record = Books(database.system_url), Record(database)
    assert record.faults() == {}
    assert books.faults() == {}
    assert unexplained(record.unsuccessful(), attempts) == []
    assert sum(books.statuses().values()) == JOBS
    for customer in customers:
        assert len(customer.promised) == JOBS_EACH
        assert customer.promised == books.jobs_by_key(customer.user_id)
        charged, owed = books.charged(customer.user_id)
        assert charged == owed


def judge_pictures(record: Record, arena: Arena) -> None:
    """Each is stored once, as it was told; beside them lies only what lost jobs left behind."""
    told, found = record.pictures(), stored(arena.store)
    assert {key: found.get(key) for key in told} == told
    lost = tuple(f"images/{row['user_id']}/{row['id']}/" for row in record.unsuccessful())
    assert [key for key in found.keys() - told.keys() if not key.startswith(lost)] == []
