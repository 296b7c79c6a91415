"""Customers order, cancel, buy and are refunded while services and workers are killed at random.

At the end everything must add up: no job lost, none charged twice, every purchase counted once.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from tests.servers.people import AUDIENCE, TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.programs import Program, service
from tests.servers.saas import WEBHOOK_SECRET, offer_tiny, signing_key_file
from tests.servers.valkey import Valkey
from tests.services.stress.books import Books, reconcile
from tests.services.stress.customers import Customer
from tests.services.stress.shop import Shop

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
CUSTOMERS = 16
CREDITS = 30
ROUNDS = 3
ORDERS_BETWEEN_KILLS = 15
PATIENCE_S = 60


class Victim(Protocol):
    """Something to kill."""

    def kill(self) -> None:
        """SIGKILL."""

    def start(self) -> None:
        """Once more."""


@dataclass(frozen=True)
class Arena:
    """What is killed, and where to reach it."""

    victims: Mapping[str, Victim]
    generation: tuple[Program, ...]
    payment: Program
    settings: Mapping[str, str]
    tokens: TokenPress


@pytest.fixture
def arena(
    environment_database: EnvironmentDatabase, valkey: Valkey, tmp_path: Path
) -> Iterator[Arena]:
    """Two generation services, payment, user, two workers, and a Valkey that keeps nothing."""
    offer_tiny(environment_database)
    settings = {
        **os.environ,
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": environment_database.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": environment_database.system_url,
        "PINGVAS_LISTEN_DATABASE_URL": environment_database.system_url,
        "PINGVAS_REDIS_URL": valkey.url,
        "PINGVAS_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PINGVAS_MAIL_URL": f"file://{tmp_path / 'mail'}",
        "PINGVAS_SWEEP_EVERY_S": "1",
        "PINGVAS_RECLAIM_EVERY_S": "0.5",
    }
    user = service("user", settings, tmp_path)
    tokens = TokenPress(issuer=user.url, audience=AUDIENCE)
    settings["PINGVAS_TOKEN_ISSUER"] = user.url
    settings["PINGVAS_JWKS_URL"] = f"{user.url}/.well-known/jwks.json"
    settings["PINGVAS_SIGNING_KEY_FILE"] = str(signing_key_file(tokens, tmp_path))
    payment = service("payment", settings, tmp_path)
    generation = tuple(service("generation", settings, tmp_path) for _ in range(2))
    workers = tuple(
        Program("tests.services.stress.pretender", settings, tmp_path / f"worker-{number}.log")
        for number in range(2)
    )
    programs = {
        "user": user,
        "payment": payment,
        **{f"generation-{number}": each for number, each in enumerate(generation)},
        **{f"worker-{number}": each for number, each in enumerate(workers)},
    }
    with started(tuple(programs.values())):
        victims: dict[str, Victim] = {**programs, "valkey": valkey}
        yield Arena(victims, generation, payment, settings, tokens)


@contextmanager
def started(programs: tuple[Program, ...]) -> Iterator[None]:
    """All of them, ready, until the block ends."""
    try:
        for program in programs:
            program.start()
        for program in programs:
            if program.port is not None:
                program.wait_until_ready()
        yield
    finally:
        for program in programs:
            program.kill()


async def kill_at_random(arena: Arena, busy: Callable[[], Awaitable[None]]) -> Counter[str]:
    """SIGKILL one victim after the other while there is work; how often each was hit.

    Each round has another order. A service is ready again before the next victim is killed.
    """
    dice = random.Random(7)  # noqa: S311 - a test's dice
    killed: Counter[str] = Counter()
    for _ in range(ROUNDS):
        for name, victim in dice.sample(list(arena.victims.items()), len(arena.victims)):
            await busy()
            await asyncio.to_thread(victim.kill)
            killed[name] += 1
            await asyncio.to_thread(victim.start)
            if isinstance(victim, Program) and victim.port is not None:
                await asyncio.to_thread(victim.wait_until_ready)
    return killed


@asynccontextmanager
async def customers_of(
    arena: Arena, database: EnvironmentDatabase
) -> AsyncIterator[list[Customer]]:
    """People with a few credits, who talk to one of the two generation services each."""
    async with httpx.AsyncClient(timeout=20) as client:
        people = [add_person(database, balance=CREDITS) for _ in range(CUSTOMERS)]
        yield [
            Customer(
                user_id=person,
                headers=arena.tokens.headers(person),
                generation_url=arena.generation[number % 2].url,
                payment_url=arena.payment.url,
                client=client,
            )
            for number, person in enumerate(people)
        ]


async def until_more_was_ordered(customers: list[Customer]) -> None:
    """So that a kill hits programs at work, however slow the machine is."""
    enough = orders(customers) + ORDERS_BETWEEN_KILLS
    for _ in range(PATIENCE_S * 100):
        if orders(customers) >= enough:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"no {ORDERS_BETWEEN_KILLS} orders within {PATIENCE_S} s")


def orders(customers: list[Customer]) -> int:
    return sum(len(customer.promised) for customer in customers)


async def until_none(count_open: Callable[[], int]) -> None:
    """An event whose first attempt was killed rests for seconds before the next one."""
    for _ in range(PATIENCE_S * 20):
        if await asyncio.to_thread(count_open) == 0:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{count_open()} never ended: {count_open.__name__}")


async def test_everything_adds_up_whoever_is_killed(
    arena: Arena, environment_database: EnvironmentDatabase
) -> None:
    books, over = Books(environment_database.system_url), asyncio.Event()
    shop = Shop(arena.payment.url, environment_database.system_url, WEBHOOK_SECRET)
    async with customers_of(arena, environment_database) as customers, shop:
        async with asyncio.TaskGroup() as tasks:
            for customer in customers:
                tasks.create_task(customer.live(over, shop.deal))
            killed = await kill_at_random(arena, partial(until_more_was_ordered, customers))
            over.set()
        await until_none(books.open_jobs)
        await until_none(books.open_events)
    answers = sum((customer.answers for customer in customers), Counter())
    print(f"killed: {dict(killed)}\nanswers: {dict(answers)}\nshop: {dict(shop.dealt)}")
    print(f"jobs: {books.statuses()}")
    assert killed == dict.fromkeys(arena.victims, ROUNDS)
    assert books.faults() == {}
    for customer in customers:
        assert customer.promised.items() <= books.jobs_by_key(customer.user_id).items()
        charged, owed = books.charged(customer.user_id)
        assert charged == owed
    assert shop.faults() == []
    assert reconcile(arena.settings) == []
    assert set(books.statuses()) == {"succeeded", "failed", "cancelled"}
