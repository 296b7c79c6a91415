"""The books are right after any sequence, and after everything at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.kernel.db import Database
from services.kernel.idempotency import KeyReused
from services.payment.actions.grant_credits import Gift
from services.payment.actions.reconcile import Reconcile
from services.payment.assembly import Actions, assemble
from services.payment.errors import TooFewCredits
from services.payment.records import Balance
from services.payment.settings import PaymentSettings
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment import jobs
from tests.services.payment.shop import Shop

PRICE_CENTS, BOUGHT = 1_000, 1_000
ENDINGS = ("succeeded", "failed", "cancelled")
NUMBER = st.integers(0, 2)
PAYMENT = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("grant"), st.integers(1, 500)),
    st.tuples(st.just("adjust"), st.integers(-600, 600)),
    st.tuples(st.just("submit"), st.sampled_from([0, 1, 300, 900])),
    st.tuples(st.just("spend_all")),
    st.tuples(st.just("end"), NUMBER, st.sampled_from(ENDINGS)),
    st.tuples(st.just("settle_again"), NUMBER, st.booleans()),
    st.tuples(st.just("pay"), PAYMENT),
    st.tuples(st.just("refund"), PAYMENT, st.sampled_from([1, 250, 251, 999, PRICE_CENTS])),
    st.tuples(st.just("replay"), NUMBER),
)

# Buy, hold all of it in a job, have the payment back: what the job returns is owed.
CHEAT: list[tuple[Any, ...]] = [("pay", 0), ("spend_all",), ("refund", 0, PRICE_CENTS)]


@dataclass
class Oracle:
    """What must be true, in plain arithmetic."""

    available: int = 0
    held: int = 0
    owed: int = 0
    open_jobs: dict[UUID, int] = field(default_factory=dict)
    refunded_cents: dict[int, int] = field(default_factory=dict)

    def arrive(self, credits_: int) -> None:
        """Credits arrive; debts are paid first."""
        repaid = min(self.owed, credits_)
        self.owed -= repaid
        self.available += credits_ - repaid

    def take_back(self, credits_: int) -> None:
        """A refund takes what is there; the rest is owed."""
        taken = min(self.available, credits_)
        self.available -= taken
        self.owed += credits_ - taken

    def balance(self) -> Balance:
        """As the database must have it."""
        return Balance(self.available, self.held, self.owed)


class Life:
    """One person, the real service, and the oracle beside it."""

    def __init__(self, actions: Actions, database: Database, user_id: UUID) -> None:
        self.actions = actions
        self.database = database
        self.user_id = user_id
        self.shop = Shop(actions, database, user_id)
        self.oracle = Oracle()
        self.all_jobs: list[UUID] = []
        self.told: list[bytes] = []
        self.counter = 0

    async def live(self, steps: list[tuple[Any, ...]]) -> None:
        """Every step, with a look at the balance after each."""
        await self.shop.tell("subscription_created", at=self.shop.ago(minutes=5))
        for name, *values in steps:
            await getattr(self, name)(*values)
            assert await self.shop.balance() == self.oracle.balance(), (name, values)
        report = await Reconcile(self.database).run()
        assert report.differences == []
        assert report.accounts["sum"] == 0

    async def grant(self, amount: int) -> None:
        await self._give(amount)
        self.oracle.arrive(amount)

    async def adjust(self, amount: int) -> None:
        try:
            await self._give(amount)
        except TooFewCredits:
            assert -amount > self.oracle.available
            return
        if amount >= 0:
            self.oracle.arrive(amount)
        else:
            self.oracle.available += amount

    async def submit(self, cost: int) -> None:
        job_id = await jobs.submit(self.database, self.user_id, cost)
        assert (job_id is None) == (cost > self.oracle.available)
        if job_id is not None:
            self.oracle.available -= cost
            self.oracle.held += cost
            self.oracle.open_jobs[job_id] = cost
            self.all_jobs.append(job_id)

    async def spend_all(self) -> None:
        await self.submit(self.oracle.available)

    async def end(self, number: int, status: str) -> None:
        if not self.all_jobs:
            return
        job_id = self.all_jobs[number % len(self.all_jobs)]
        ended = await jobs.end(self.database, self.user_id, job_id, status)
        cost = self.oracle.open_jobs.pop(job_id, None)
        assert ended == (cost is not None)
        if cost is not None:
            self.oracle.held -= cost
            if status != "succeeded":
                self.oracle.arrive(cost)

    async def settle_again(self, number: int, capture: bool) -> None:
        over = [job for job in self.all_jobs if job not in self.oracle.open_jobs]
        if over:
            job_id = over[number % len(over)]
            assert not await jobs.settle_again(self.database, self.user_id, job_id, capture=capture)

    async def pay(self, number: int) -> None:
        body = self.shop.body("subscription_payment_success", invoice=self._invoice(number))
        await self._tell(body)
        if number not in self.oracle.refunded_cents:
            self.oracle.refunded_cents[number] = 0
            self.oracle.arrive(BOUGHT)

    async def refund(self, number: int, cents: int) -> None:
        before = self.oracle.refunded_cents.get(number)
        if before is None:
            return
        whole = cents == PRICE_CENTS
        await self._tell(
            self.shop.body(
                "subscription_payment_refunded",
                invoice=self._invoice(number),
                refunded_amount=cents,
                refunded=whole,
                status="refunded" if whole else "partial_refund",
            )
        )
        if cents > before:
            self.oracle.take_back(cents - before)
            self.oracle.refunded_cents[number] = cents

    async def replay(self, number: int) -> None:
        if self.told:
            assert await self.shop.send(self.told[number % len(self.told)]) == "duplicate"

    async def _tell(self, body: bytes) -> None:
        if body not in self.told:
            await self.shop.send(body)
            self.told.append(body)

    async def _give(self, amount: int) -> None:
        self.counter += 1
        gift = Gift(self.user_id, amount, "test", f"{self.user_id}:{self.counter}")
        await self.actions.grant.run(gift, actor_id=self.user_id)

    def _invoice(self, number: int) -> str:
        return f"{self.shop.subscription_id}-{number}"


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(steps=[*CHEAT, ("end", 0, "cancelled")])
@example(steps=[*CHEAT, ("grant", 400), ("end", 0, "succeeded"), ("pay", 1)])
@given(steps=st.lists(STEPS, min_size=15, max_size=40))
def test_any_sequence_leaves_the_books_as_arithmetic_says(
    runner: asyncio.Runner,
    environment_database: EnvironmentDatabase,
    settings: PaymentSettings,
    steps: list[tuple[Any, ...]],
) -> None:
    async def live() -> None:
        database = Database(environment_database.app_url, environment_database.system_url)
        await database.open()
        try:
            life = Life(assemble(settings, database), database, add_person(environment_database))
            await life.live(steps)
        finally:
            await database.close()

    runner.run(live())


async def test_everything_at_once_charges_nothing_twice_and_loses_nothing(
    actions: Actions, database: Database, environment_database: EnvironmentDatabase
) -> None:
    people = [add_person(environment_database, balance=40) for _ in range(4)]
    shops = [Shop(actions, database, user_id) for user_id in people]
    for shop in shops:
        await shop.tell("subscription_created", at=shop.ago(minutes=5))
    chance = random.Random(7)  # noqa: S311 - an order that can be repeated, guards nothing
    submitted: list[tuple[UUID, UUID]] = []

    async def work(shop: Shop) -> None:
        job_id = await jobs.submit(database, shop.user_id, chance.randint(0, 9))
        if job_id is not None:
            submitted.append((shop.user_id, job_id))
            ways = chance.choices(ENDINGS, k=2)
            done = [jobs.end(database, shop.user_id, job_id, way) for way in ways]
            assert sorted(await asyncio.gather(*done)) == [False, True]

    async def trade(shop: Shop) -> None:
        invoice = f"{shop.subscription_id}-{chance.randint(0, 2)}"
        name = chance.choice(["subscription_payment_success", "subscription_payment_refunded"])
        body = shop.body(name, invoice=invoice)
        await asyncio.gather(shop.send(body), shop.send(body))

    async def meddle(shop: Shop) -> None:
        gift = Gift(shop.user_id, chance.choice([-7, 5]), "test", f"{shop.user_id}:once")
        with suppress(TooFewCredits, KeyReused):
            await actions.grant.run(gift, actor_id=shop.user_id)

    tasks = [work] * 120 + [trade] * 40 + [meddle] * 20
    chance.shuffle(tasks)
    await asyncio.gather(*(task(chance.choice(shops)) for task in tasks))
    for _ in range(4):
        await shops[0].retry()

    report = await Reconcile(database).run()
    assert report.differences == []
    assert report.accounts["sum"] == 0
    assert len(submitted) > 40
    for shop in shops:
        assert (await shop.balance()).held == 0
