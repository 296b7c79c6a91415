"""Two checkouts that were open at once and both paid: one subscription stays, one is undone."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from starlette.responses import Response

from services.kernel.db import Database
from services.kernel.pagination import Paging
from services.payment.actions import refund_payment
from services.payment.actions.reconcile import Reconcile
from services.payment.assembly import Actions
from services.payment.errors import AlreadySubscribed, SubscriptionOver
from services.payment.records import Balance, Payment
from tests.services.payment.lemon_stand import LemonStand
from tests.services.payment.shop import Shop

BOUGHT = ("order_created", "subscription_created", "subscription_payment_success")


@pytest.fixture
def shops(squeezy: Actions, database: Database, person: UUID, stand: LemonStand) -> list[Shop]:
    """Two purchases of one person, which the provider knows."""
    made = [Shop(squeezy, database, person) for _ in range(2)]
    for shop in made:
        stand.add(shop.subscription_id)
    return made


async def buy(shop: Shop) -> None:
    for name in BOUGHT:
        await shop.tell(name, at=shop.ago(minutes=1), invoice=shop.subscription_id, store_id=7)


async def settle(actions: Actions) -> None:
    """The background, a few times."""
    for _ in range(2):
        await actions.unwanted.duplicates()
        await actions.retry.turn()
        await actions.refund.turn()


@pytest.mark.parametrize("at_once", [False, True])
async def test_the_second_one_is_cancelled_and_paid_back_once(
    shops: list[Shop], stand: LemonStand, squeezy: Actions, database: Database, at_once: bool
) -> None:
    if at_once:
        await asyncio.gather(*(buy(shop) for shop in shops))
    else:
        for shop in shops:
            await buy(shop)
    for _ in range(2):
        await settle(squeezy)
    rows = [await shop.subscription() for shop in shops]
    assert sorted(row["status"] for row in rows) == ["active", "cancelled"]
    (undone,) = [row for row in rows if row["duplicate_since"] is not None]
    assert undone["status"] == "cancelled"
    assert stand.subscriptions[undone["provider_id"]]["status"] == "cancelled"
    assert stand.refunded == {undone["provider_id"]: 1_000}
    assert await shops[0].balance() == Balance(available=1_000, held=0, owed=0)
    assert await shops[0].tier_now() == "starter"
    assert (await Reconcile(database).run()).differences == []


async def test_one_that_is_undone_gives_no_tier_and_is_not_resumed(
    shops: list[Shop], squeezy: Actions
) -> None:
    first, second = shops
    second.tier = "studio"
    for shop in shops:
        await buy(shop)
    assert await first.tier_now() == "starter"
    await settle(squeezy)
    undone = await second.subscription()
    with pytest.raises(SubscriptionOver):
        await squeezy.manage.resume(first.user_id, undone["id"])
    await first.tell("subscription_expired", store_id=7)
    assert await first.tier_now() == "free"


async def test_what_is_paid_for_a_duplicate_gives_no_credits(
    shops: list[Shop], squeezy: Actions, database: Database
) -> None:
    for shop in shops:
        await buy(shop)
    assert await shops[0].balance() == Balance(available=1_000, held=0, owed=0)
    page, _ = await squeezy.purchases.payments(shops[0].user_id, Paging(limit=10, cursor=None))
    assert [bill.credits for bill in page if isinstance(bill, Payment)] == [0, 1_000]
    assert (await Reconcile(database).run()).differences == []
    await settle(squeezy)
    assert await shops[0].balance() == Balance(available=1_000, held=0, owed=0)
    assert await shops[0].entries("refund") == 0
    assert (await Reconcile(database).run()).differences == []


async def test_while_the_provider_is_away_it_is_tried_again(
    shops: list[Shop], stand: LemonStand, squeezy: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refund_payment, "LEASE_S", 0.0)
    for shop in shops:
        await buy(shop)
    stand.failure = Response(status_code=503)
    await settle(squeezy)
    assert (await shops[1].subscription())["status"] == "active"
    stand.failure = None
    await settle(squeezy)
    assert (await shops[1].subscription())["status"] == "cancelled"
    assert stand.refunded == {shops[1].subscription_id: 1_000}


async def test_one_is_not_resumed_while_another_runs(
    shops: list[Shop], stand: LemonStand, squeezy: Actions
) -> None:
    first, second = shops
    await buy(first)
    known = await first.subscription()
    await squeezy.manage.cancel(first.user_id, known["id"])
    await buy(second)
    with pytest.raises(AlreadySubscribed):
        await squeezy.manage.resume(first.user_id, known["id"])
    assert stand.subscriptions[first.subscription_id]["status"] == "cancelled"
    await second.tell("subscription_cancelled", store_id=7)
    assert (await squeezy.manage.resume(first.user_id, known["id"])).status == "active"


async def test_two_that_are_resumed_at_once_do_not_both_run(
    shops: list[Shop], squeezy: Actions
) -> None:
    rows = []
    for shop in shops:
        await buy(shop)
        rows.append(await shop.subscription())
        await squeezy.manage.cancel(shop.user_id, rows[-1]["id"])
    await asyncio.gather(
        *(squeezy.manage.resume(row["user_id"], row["id"]) for row in rows), return_exceptions=True
    )
    await settle(squeezy)
    after = [await shop.subscription() for shop in shops]
    assert sorted(row["status"] for row in after) == ["active", "cancelled"]
    assert await shops[0].tier_now() == "starter"


@pytest.mark.parametrize(
    ("stops", "runs"),
    [
        ("subscription_paused", "subscription_unpaused"),
        ("subscription_cancelled", "subscription_resumed"),
        ("subscription_expired", "subscription_updated"),
    ],
)
async def test_of_two_the_one_that_was_told_to_run_first_stays(
    shops: list[Shop], stand: LemonStand, squeezy: Actions, stops: str, runs: str
) -> None:
    first, second = shops
    first.tier = "studio"
    await first.tell("subscription_created", at=first.ago(minutes=9), store_id=7)
    await first.tell(stops, at=first.ago(minutes=8), store_id=7)
    gave_until = (await first.subscription())["entitled_until"]
    await buy(second)
    await first.tell(runs, at=first.ago(seconds=50), store_id=7)
    found = await first.subscription()
    assert found["duplicate_since"] is not None
    assert found["entitled_until"] == gave_until, "what was paid for stays, and no more comes"
    await settle(squeezy)
    assert stand.subscriptions[first.subscription_id]["status"] == "cancelled"
    kept = await second.subscription()
    assert (kept["status"], kept["duplicate_since"]) == ("active", None)


async def test_a_late_bill_does_not_let_another_one_run(shops: list[Shop]) -> None:
    first, second = shops
    await first.tell("subscription_created", at=first.ago(minutes=9), store_id=7)
    unpaid = first.ago(minutes=8)
    await first.tell("subscription_updated", at=unpaid, store_id=7, status="unpaid")
    await buy(second)
    await first.tell("subscription_payment_failed", at=first.ago(minutes=2), store_id=7)
    assert (await first.subscription())["duplicate_since"] is not None


async def test_after_one_that_ends_another_may_be_bought(shops: list[Shop]) -> None:
    first, second = shops
    await buy(first)
    await first.tell("subscription_cancelled", store_id=7)
    await buy(second)
    assert (await second.subscription())["duplicate_since"] is None
