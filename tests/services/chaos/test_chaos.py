"""At least 500 jobs of 20 people while workers are killed and stopped, and Redis fails over twice.

Every job ends exactly once, every picture is stored once, the ledger is exact: judged from data
alone. How long nothing ended after each strike is printed, and no longer than the design allows.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest

from tests.servers.postgres import EnvironmentDatabase
from tests.services.chaos.arena import Arena
from tests.services.chaos.faults import Strike, plan
from tests.services.chaos.holdings import ENDED_BY_A_LOSS, Attempt, attempts_of, outcome_of
from tests.services.chaos.stalls import Recovery, recoveries
from tests.services.chaos.traffic import JOBS_EACH, Orders, Pulse, customers_of, tiers
from tests.services.chaos.verdict import Record, dead_letters, left_in_queue, stored, unexplained
from tests.services.dispatch.valkey_nodes import wait_until
from tests.services.stress.books import Books, reconcile
from tests.services.stress.customers import Customer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
ENDS_BETWEEN_STRIKES = 34
PATIENCE_S = 180.0


async def strike_all(arena: Arena, pulse: Pulse, dice: random.Random) -> list[Strike]:
    """One fault after the other, each when jobs have ended since the last one."""
    strikes: list[Strike] = []
    for number, fault in enumerate(plan(dice), start=1):
        await pulse.until(ENDS_BETWEEN_STRIKES * number)
        strikes.append(await asyncio.to_thread(fault.strike, arena, dice))
    return strikes


async def order_and_strike(
    arena: Arena, record: Record, customers: list[Customer], seed: int
) -> list[Strike]:
    """Both at the same time, until all was ordered and struck, and all jobs have ended."""
    dice, pulse, struck = random.Random(seed), Pulse(record), asyncio.Event()  # noqa: S311 - a test's dice
    async with pulse.watched():
        async with asyncio.TaskGroup() as tasks:
            for customer, tier in zip(customers, tiers(), strict=True):
                own = random.Random(dice.random())  # noqa: S311 - a test's dice
                tasks.create_task(Orders(customer, tier, own).run(pulse, struck))
            strikes = await strike_all(arena, pulse, dice)
            struck.set()
        async with asyncio.timeout(PATIENCE_S):
            await pulse.until(sum(len(customer.promised) for customer in customers))
    return strikes


async def test_every_job_ends_once_whatever_is_struck(
    standing_arena: Arena,
    environment_database: EnvironmentDatabase,
    seed: int,
    taught: list[Recovery],
) -> None:
    arena, record = standing_arena, Record(environment_database)
    async with customers_of(arena, environment_database) as customers:
        strikes = await order_and_strike(arena, record, customers, seed)
    primary = arena.cluster.elected()
    wait_until(lambda: not left_in_queue(primary), PATIENCE_S)
    assert left_in_queue(primary) == {}
    attempts = attempts_of(arena.workers)
    taught += recoveries(strikes, record.times(), longest_undisturbed_s(attempts, strikes))
    jobs = sum(len(customer.promised) for customer in customers)
    print(f"{jobs} jobs, {len(attempts)} attempts, at most {record.most_attempts()} of one job")

    judge_jobs(environment_database, customers, attempts)
    judge_pictures(record, arena)
    assert reconcile(arena.saas.settings) == []
    assert dead_letters(primary) <= {row["id"] for row in record.unsuccessful()}
    for lease in (lease for strike in strikes if strike.survived for lease in strike.held):
        assert outcome_of(lease, attempts) in ENDED_BY_A_LOSS, lease
    assert [each for each in taught if not each.is_in_time] == []
    for worker in arena.workers:
        worker.stop()
    assert [line for program in arena.programs for line in program.errors()] == []


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
    for customer in customers:
        assert len(customer.promised) >= JOBS_EACH
        assert customer.promised == books.jobs_by_key(customer.user_id)
        charged, owed = books.charged(customer.user_id)
        assert charged == owed


def judge_pictures(record: Record, arena: Arena) -> None:
    """Each is stored once, as it was told; beside them lies only what lost jobs left behind."""
    told, found = record.pictures(), stored(arena.store)
    assert {key: found.get(key) for key in told} == told
    lost = tuple(f"images/{row['user_id']}/{row['id']}/" for row in record.unsuccessful())
    assert [key for key in found.keys() - told.keys() if not key.startswith(lost)] == []
