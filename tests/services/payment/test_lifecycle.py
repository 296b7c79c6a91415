"""A subscription's life, told by events: tiers and credits follow, each effect once."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from services.payment.actions import grant_monthly_credits
from services.payment.assembly import Actions
from services.payment.outcomes import Outcome
from services.payment.records import Balance
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment.shop import Shop


def verify_address(database: EnvironmentDatabase, user_id: UUID) -> None:
    with psycopg.connect(database.system_url) as connection:
        connection.execute("update users set email_verified_at = now() where id = %s", [user_id])


async def test_a_purchase_gives_the_tier_and_a_months_credits(shop: Shop) -> None:
    assert await shop.tier_now() == "free"
    await shop.buy()
    assert await shop.tier_now() == "starter"
    assert await shop.balance() == Balance(available=1_000, held=0, owed=0)
    assert (await shop.subscription())["user_id"] == shop.user_id


async def test_a_renewal_gives_its_credits_once_however_often_it_is_told(shop: Shop) -> None:
    await shop.buy()
    body = shop.body("subscription_payment_success", invoice="77", billing_reason="renewal")
    again = shop.body("subscription_payment_recovered", invoice="77", billing_reason="renewal")
    told = [await shop.send(each) for each in (body, body, again)]
    assert told == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.STALE]
    assert (await shop.balance()).available == 2_000


@pytest.mark.parametrize(("paid_cents", "credits_"), [(0, 0), (1_500, 2_000), (2_000, 2_666)])
async def test_a_change_within_a_month_gives_the_part_that_was_paid(
    shop: Shop, paid_cents: int, credits_: int
) -> None:
    await shop.buy()
    shop.tier = "pro"
    await shop.tell("subscription_updated")
    assert await shop.tier_now() == "pro"
    await shop.tell(
        "subscription_payment_success",
        billing_reason="updated",
        subtotal=paid_cents,
        total=paid_cents,
    )
    assert (await shop.balance()).available == 1_000 + credits_


async def test_an_older_state_never_replaces_a_newer_one(shop: Shop) -> None:
    await shop.buy()
    cancelled = await shop.tell("subscription_cancelled", at=shop.now)
    late = await shop.tell("subscription_updated", at=shop.ago(seconds=30))
    assert (cancelled, late) == (Outcome.APPLIED, Outcome.STALE)
    assert (await shop.subscription())["status"] == "cancelled"


async def test_a_payment_that_comes_before_its_subscription_waits_for_it(shop: Shop) -> None:
    assert await shop.tell("subscription_payment_success") is Outcome.OPEN
    assert (await shop.balance()).available == 0
    await shop.tell("subscription_created")
    await shop.retry()
    assert (await shop.balance()).available == 1_000
    await shop.retry()
    assert await shop.entries("purchase") == 1


async def test_a_refund_that_comes_before_its_payment_waits_for_it(shop: Shop) -> None:
    await shop.tell("subscription_created")
    assert await shop.tell("subscription_payment_refunded", invoice="88") is Outcome.OPEN
    await shop.tell("subscription_payment_success", invoice="88", at=shop.ago(seconds=5))
    await shop.retry()
    assert (await shop.balance()).available == 0
    assert await shop.entries("refund") == 1


async def test_a_refund_takes_back_in_proportion_and_never_twice(shop: Shop) -> None:
    await shop.buy(invoice="99")
    for cents in (400, 250, 400):
        await shop.tell(
            "subscription_payment_refunded",
            invoice="99",
            refunded_amount=cents,
            refunded=False,
            status="partial_refund",
        )
    assert (await shop.balance()).available == 600
    await shop.tell("order_refunded")
    await shop.tell("subscription_payment_refunded", invoice="99")
    assert await shop.balance() == Balance(available=0, held=0, owed=0)


async def test_spent_credits_of_a_refund_are_owed_and_paid_by_the_next_ones(
    shop: Shop, actions: Actions, environment_database: EnvironmentDatabase
) -> None:
    await shop.buy(invoice="111")
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%s, 'refund', -900, 'spent:' || %s)",
            [shop.user_id, shop.user_id],
        )
    await shop.tell("order_refunded")
    assert await shop.balance() == Balance(available=0, held=0, owed=900)
    await shop.tell("subscription_payment_success", billing_reason="renewal")
    assert await shop.balance() == Balance(available=100, held=0, owed=0)


async def test_a_failed_payment_leaves_the_tier_for_the_grace_and_no_longer(
    shop: Shop, actions: Actions
) -> None:
    await shop.tell("subscription_created", at=shop.ago(hours=70))
    assert await shop.tell("subscription_payment_failed", at=shop.ago(hours=60)) is Outcome.APPLIED
    found = await shop.subscription()
    assert (found["status"], found["past_due_since"]) == ("past_due", shop.ago(hours=60))
    await actions.lapse.turn()
    assert await shop.tier_now() == "starter"
    await shop.tell("subscription_updated", at=shop.now, status="unpaid")
    assert await shop.tier_now() == "free"


async def test_the_grace_ends_and_a_recovered_payment_gives_the_tier_again(
    shop: Shop, actions: Actions, environment_database: EnvironmentDatabase
) -> None:
    await shop.tell("subscription_created", at=shop.ago(hours=70))
    await shop.tell("subscription_payment_failed", at=shop.ago(hours=60), invoice="122")
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update subscriptions set entitled_until = now() - interval '1 second'"
            " where provider_id = %s",
            [shop.subscription_id],
        )
    await actions.lapse.turn()
    assert await shop.tier_now() == "free"
    assert (await shop.subscription())["lapsed_at"] is not None
    await shop.tell("subscription_payment_recovered", invoice="122")
    assert await shop.tier_now() == "starter"
    found = await shop.subscription()
    assert (found["status"], found["past_due_since"], found["lapsed_at"]) == ("active", None, None)
    assert (await shop.balance()).available == 1_000


async def test_a_failure_that_is_told_after_its_recovery_changes_nothing(shop: Shop) -> None:
    await shop.tell("subscription_created", at=shop.ago(hours=60))
    await shop.tell("subscription_payment_recovered", at=shop.ago(hours=1))
    told = await shop.tell("subscription_payment_failed", at=shop.ago(hours=2))
    assert told is Outcome.STALE
    assert (await shop.subscription())["status"] == "active"


async def test_a_cancelled_subscription_ends_with_its_period(shop: Shop, actions: Actions) -> None:
    await shop.buy()
    await shop.tell("subscription_cancelled")
    await actions.lapse.turn()
    assert await shop.tier_now() == "starter"
    await shop.tell(
        "subscription_updated", status="cancelled", ends_at=shop.ago(seconds=1).isoformat()
    )
    await actions.lapse.turn()
    assert await shop.tier_now() == "free"


@pytest.mark.parametrize("ending", ["subscription_expired", "subscription_paused"])
async def test_what_is_over_gives_nothing_and_may_come_back(shop: Shop, ending: str) -> None:
    await shop.buy()
    await shop.tell(ending, at=shop.ago(seconds=2))
    assert await shop.tier_now() == "free"
    await shop.tell("subscription_resumed")
    assert await shop.tier_now() == "starter"


async def test_of_two_subscriptions_the_higher_one_counts(shop: Shop) -> None:
    await shop.buy()
    await shop.tell("subscription_cancelled", at=shop.ago(seconds=30))
    other = Shop(shop.actions, shop.database, shop.user_id, tier="studio")
    await other.buy()
    assert await shop.tier_now() == "studio"
    await shop.tell("subscription_updated")
    assert await shop.tier_now() == "studio"
    await other.tell("subscription_expired")
    assert await shop.tier_now() == "starter"


async def test_free_credits_come_once_a_month_to_those_whose_address_is_known(
    shop: Shop, actions: Actions, environment_database: EnvironmentDatabase
) -> None:
    await actions.credits.balance(shop.user_id)
    await actions.monthly.turn()
    assert (await shop.balance()).available == 0
    verify_address(environment_database, shop.user_id)
    assert (await actions.credits.balance(shop.user_id)).available == 50
    await actions.credits.balance(shop.user_id)
    await actions.monthly.turn()
    assert (await shop.balance()).available == 50
    with psycopg.connect(environment_database.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {environment_database.schema}".encode())
        admin.execute(
            "update credit_ledger set unique_key = 'month:' || user_id || ':2020-01'"
            " where user_id = %s",
            [shop.user_id],
        )
    await actions.monthly.turn()
    await actions.monthly.turn()
    assert (await shop.balance()).available == 100


async def test_free_credits_come_as_soon_as_the_address_is_known(
    shop: Shop, actions: Actions, environment_database: EnvironmentDatabase
) -> None:
    assert await actions.monthly.verified() <= 1
    assert (await shop.balance()).available == 0
    verify_address(environment_database, shop.user_id)
    for _ in range(2):
        await actions.monthly.verified()
        assert (await shop.balance()).available == 50


async def test_everybody_gets_the_free_credits_and_the_next_turn_is_the_next_month(
    actions: Actions, environment_database: EnvironmentDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grant_monthly_credits, "BATCH", 3)
    people = [add_person(environment_database) for _ in range(10)]
    for person in people:
        verify_address(environment_database, person)
    rest_s = await actions.monthly.turn()
    with psycopg.connect(environment_database.system_url) as connection:
        found = connection.execute(
            "select id, credit_balance from users where id = any(%s)", [people]
        ).fetchall()
        left = connection.execute(
            "select extract(epoch from date_trunc('month', now() at time zone 'utc')"
            " + interval '1 month' - (now() at time zone 'utc'))::float"
        ).fetchone()
    assert left is not None
    assert dict(found) == dict.fromkeys(people, 50)
    assert 0 < rest_s <= min(3600, left[0] + 60)


async def test_a_paying_person_gets_no_free_credits(
    shop: Shop, actions: Actions, environment_database: EnvironmentDatabase
) -> None:
    verify_address(environment_database, shop.user_id)
    await shop.buy()
    assert (await actions.credits.balance(shop.user_id)).available == 1_000


async def test_who_deletes_the_account_pays_no_longer(
    shop: Shop, actions: Actions, environment_database: EnvironmentDatabase
) -> None:
    await shop.buy()
    await actions.unwanted.forsaken()
    assert (await shop.subscription())["status"] == "active"
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute("update users set deleted_at = now() where id = %s", [shop.user_id])
    await actions.unwanted.forsaken()
    assert (await shop.subscription())["status"] == "cancelled"
    told = await shop.tell("subscription_expired", at=shop.ago(days=-1 / 1440))
    assert told is Outcome.APPLIED
