"""Webhooks overtake each other: whatever order they come in, they leave the same books."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examined
from hypothesis import strategies as st

from services.kernel.db import Database
from services.kernel.pagination import Paging
from services.payment import entitlement
from services.payment.actions.apply_event import WAITS_FOR_CHANGE
from services.payment.assembly import Actions, assemble
from services.payment.outcomes import Outcome
from services.payment.records import Payment, Subscription
from services.payment.settings import PaymentSettings
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment.lemon_stand import LemonStand
from tests.services.payment.shop import Shop

NOW = datetime.now(UTC)
BOUGHT, CHANGED, RENEWED, REFUNDED = (NOW - timedelta(hours=each) for each in (60, 40, 20, 1))
PAID = "subscription_payment_success"
UPGRADE: dict[str, Any] = {"billing_reason": "updated", "subtotal": 7_000, "total": 7_000}
TOLD: list[tuple[str, str, datetime, str, dict[str, Any]]] = [
    ("starter", "order_created", BOUGHT, "", {}),
    ("starter", "subscription_created", BOUGHT, "", {}),
    ("starter", PAID, BOUGHT, "a", {}),
    ("studio", "subscription_updated", CHANGED, "", {}),
    ("studio", PAID, CHANGED + timedelta(seconds=5), "b", UPGRADE),
    ("studio", "subscription_updated", RENEWED, "", {}),
    ("studio", PAID, RENEWED, "c", {"billing_reason": "renewal"}),
    ("studio", "subscription_payment_refunded", REFUNDED, "b", UPGRADE),
]
TOLD_LEDGER = [
    ("purchase", 1_000, "Payment for starter"),
    ("purchase", 10_500, "Payment for studio"),
    ("purchase", 12_000, "Payment for studio"),
    ("refund", 10_500, "Refund of a payment for studio"),
]
TO_PRO, TO_STUDIO = ({**UPGRADE, "subtotal": each, "total": each} for each in (2_000, 5_000))


def told_quickly(seconds: int) -> list[tuple[str, str, datetime, str, dict[str, Any]]]:
    """Two upgrades so soon after each other, each billed three seconds after it."""
    again = CHANGED + timedelta(seconds=seconds)
    return [
        ("starter", "subscription_created", BOUGHT, "", {}),
        ("starter", PAID, BOUGHT, "a", {}),
        ("pro", "subscription_updated", CHANGED, "", {}),
        ("pro", PAID, CHANGED + timedelta(seconds=3), "b", TO_PRO),
        ("studio", "subscription_updated", again, "", {}),
        ("studio", PAID, again + timedelta(seconds=3), "c", TO_STUDIO),
    ]


QUICK_LEDGER = [
    ("purchase", 1_000, "Payment for starter"),
    ("purchase", 2_666, "Payment for pro"),
    ("purchase", 7_500, "Payment for studio"),
]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def ledger_of(database: EnvironmentDatabase, user_id: UUID) -> list[tuple[Any, ...]]:
    query = "select kind, quantity_credits, reason from credit_ledger where user_id = %s"
    with psycopg.connect(database.system_url) as connection:
        return sorted(connection.execute(query, [user_id]).fetchall())


def ledger_after(
    runner: asyncio.Runner,
    environment_database: EnvironmentDatabase,
    settings: PaymentSettings,
    told: list[tuple[str, str, datetime, str, dict[str, Any]]],
) -> list[tuple[Any, ...]]:
    """Of a new person, to whom this happened in this order."""

    async def live() -> Shop:
        database = Database(environment_database.app_url, environment_database.system_url)
        await database.open()
        try:
            person = add_person(environment_database)
            shop = Shop(assemble(settings, database), database, person)
            for shop.tier, name, at, invoice, changes in told:
                invoice_id = f"{shop.subscription_id}-{invoice}" if invoice else ""
                await shop.tell(name, at=at, invoice=invoice_id, **changes)
            for _ in range(3):
                await shop.retry()
            assert await shop.tier_now() == "studio"
        finally:
            await database.close()
        return shop

    shop = runner.run(live())
    return ledger_of(environment_database, shop.user_id)


@examined(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(order=list(reversed(range(len(TOLD)))))
@given(order=st.permutations(range(len(TOLD))))
def test_any_order_of_a_subscriptions_events_gives_the_same_ledger(
    runner: asyncio.Runner,
    environment_database: EnvironmentDatabase,
    settings: PaymentSettings,
    order: list[int],
) -> None:
    told = [TOLD[number] for number in order]
    assert ledger_after(runner, environment_database, settings, told) == TOLD_LEDGER


@examined(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(order=[0, 1, 2, 3, 5, 4], seconds=8)
@example(order=[0, 1, 2, 4, 3, 5], seconds=6)
@example(order=[0, 1, 4, 3, 2, 5], seconds=4)
@given(order=st.permutations(range(6)), seconds=st.integers(4, 119))
def test_any_order_of_two_upgrades_within_two_minutes_gives_the_same_ledger(
    runner: asyncio.Runner,
    environment_database: EnvironmentDatabase,
    settings: PaymentSettings,
    order: list[int],
    seconds: int,
) -> None:
    told = [told_quickly(seconds)[number] for number in order]
    assert ledger_after(runner, environment_database, settings, told) == QUICK_LEDGER


async def buy_starter(shop: Shop) -> None:
    await shop.tell("subscription_created", at=BOUGHT)
    await shop.tell(PAID, at=BOUGHT)
    shop.tier = "studio"


async def test_an_invoice_before_its_change_waits_and_is_priced_by_the_new_tier(
    shop: Shop,
) -> None:
    await buy_starter(shop)
    assert await shop.tell(PAID, at=CHANGED, **UPGRADE) is Outcome.OPEN
    await shop.retry()
    assert (await shop.balance()).available == 1_000
    await shop.tell("subscription_updated", at=CHANGED)
    await shop.retry()
    assert (await shop.balance()).available == 11_500


async def test_an_invoice_whose_change_is_never_told_is_not_lost(shop: Shop) -> None:
    await buy_starter(shop)
    await shop.tell(PAID, at=CHANGED, **UPGRADE)
    for _ in range(WAITS_FOR_CHANGE - 1):
        await shop.retry()
    assert (await shop.balance()).available == 1_000
    await shop.retry()
    assert (await shop.balance()).available == 11_500, "no cheaper tier leads to such a bill"


async def test_the_invoice_of_a_second_change_does_not_take_the_first_one_for_its_own(
    shop: Shop,
) -> None:
    await buy_starter(shop)
    shop.tier = "pro"
    await shop.tell("subscription_updated", at=CHANGED)
    await shop.tell(PAID, at=CHANGED, **{**UPGRADE, "subtotal": 2_000, "total": 2_000})
    assert (await shop.balance()).available == 1_000 + 2_666
    shop.tier = "studio"
    second = {**UPGRADE, "subtotal": 5_000, "total": 5_000}
    assert await shop.tell(PAID, at=RENEWED, **second) is Outcome.OPEN
    await shop.tell("subscription_updated", at=RENEWED)
    await shop.retry()
    assert (await shop.balance()).available == 1_000 + 2_666 + 7_500


async def test_a_change_told_for_later_than_its_bill_counts_when_no_other_one_is_told(
    shop: Shop,
) -> None:
    await buy_starter(shop)
    await shop.tell("subscription_updated", at=CHANGED + timedelta(seconds=5))
    assert await shop.tell(PAID, at=CHANGED, **TO_PRO) is Outcome.OPEN, "one to pro costs this too"
    for _ in range(WAITS_FOR_CHANGE):
        await shop.retry()
    assert (await shop.balance()).available == 1_000 + 3_000


async def test_a_change_to_a_cheaper_tier_bills_less_than_nothing_and_takes_nothing(
    shop: Shop,
) -> None:
    shop.tier = "studio"
    await shop.tell("subscription_created", at=BOUGHT)
    await shop.tell(PAID, at=BOUGHT)
    told = await shop.tell(PAID, at=CHANGED, billing_reason="updated", subtotal=-7_000, total=0)
    assert told is Outcome.APPLIED
    assert (await shop.balance()).available == 12_000


async def test_a_change_at_the_local_provider_that_is_cut_off_is_billed_later(
    shop: Shop, actions: Actions
) -> None:
    class Killed(BaseException):
        pass

    async def die(_event_id: str) -> Outcome:
        raise Killed

    await shop.buy()
    bought = await shop.subscription()
    dying = replace(actions.manage, apply_event=die)
    with pytest.raises(Killed):
        await dying.change(shop.user_id, bought["id"], "studio")
    assert (await shop.balance()).available == 1_000
    await shop.retry()
    assert (await shop.balance()).available == 11_500
    after = await actions.manage.change(shop.user_id, bought["id"], "starter")
    assert after.tier == "starter"
    assert (await shop.balance()).available == 11_500, "a cheaper tier bills nothing"


@pytest.mark.parametrize("apart_s", [0.0, 1.0])
async def test_two_changes_at_the_local_provider_are_billed_each_for_its_own_tier(
    shop: Shop, actions: Actions, apart_s: float
) -> None:
    await shop.buy()
    bought = await shop.subscription()
    for tier in ("pro", "studio"):
        await actions.manage.change(shop.user_id, bought["id"], tier)
        await asyncio.sleep(apart_s)
    page, _ = await actions.purchases.payments(shop.user_id, Paging(limit=10, cursor=None))
    assert [(bill.tier, bill.credits) for bill in page if isinstance(bill, Payment)] == [
        ("studio", 7_500),
        ("pro", 2_666),
        ("starter", 1_000),
    ]


@pytest.mark.parametrize(
    ("days_left", "cents"), [(31, 7_000), (40, 7_000), (15.5, 3_500), (0, 0), (-3, 0)]
)
async def test_a_change_bills_what_is_left_of_the_month(
    shop: Shop, days_left: float, cents: int, settings: PaymentSettings
) -> None:
    await shop.tell("subscription_created", renews_at=shop.ago(days=-days_left).isoformat())
    known = Subscription.of({**await shop.subscription(), "order_id": None})
    assert entitlement.prorated_cents(known, "studio", shop.now, settings.tiers) == cents


def test_of_what_was_told_both_ends_of_each_stretch_stay() -> None:
    told: dict[datetime, str] = {}
    for minute in range(60):
        tier = "starter" if minute < 30 else "pro"
        told = entitlement.remember(told, BOUGHT + timedelta(minutes=minute), tier)
    assert told == {
        BOUGHT: "starter",
        BOUGHT + timedelta(minutes=29): "starter",
        BOUGHT + timedelta(minutes=30): "pro",
        BOUGHT + timedelta(minutes=59): "pro",
    }


async def test_a_change_whose_webhook_was_lost_is_looked_up(
    squeezy: Actions, database: Database, person: UUID, stand: LemonStand
) -> None:
    shop = Shop(squeezy, database, person)
    await shop.tell("subscription_created", at=BOUGHT, store_id=7)
    await shop.tell(PAID, at=BOUGHT, store_id=7)
    stand.add(shop.subscription_id, variant_id=3, updated_at=CHANGED.isoformat())
    assert await shop.tell(PAID, at=CHANGED, store_id=7, **UPGRADE) is Outcome.OPEN
    assert await shop.tier_now() == "studio"
    await shop.retry()
    assert (await shop.balance()).available == 11_500


async def test_an_invoice_that_comes_while_its_change_is_asked_for_is_priced_by_the_new_tier(
    squeezy: Actions, database: Database, person: UUID, stand: LemonStand
) -> None:
    shop = Shop(squeezy, database, person)
    stand.add(shop.subscription_id)
    stand.tells_of_changes.clear()
    await shop.tell("subscription_created", at=BOUGHT, store_id=7)
    await shop.tell(PAID, at=BOUGHT, store_id=7)
    bought = await shop.subscription()
    asking = asyncio.create_task(squeezy.manage.change(person, bought["id"], "studio"))
    await stand.was_changed.wait()
    told = await shop.tell(PAID, at=datetime.now(UTC), store_id=7, **UPGRADE)
    assert (told, asking.done()) == (Outcome.OPEN, False)
    stand.tells_of_changes.set()
    assert (await asking).tier == "studio"
    await shop.retry()
    assert (await shop.balance()).available == 11_500
