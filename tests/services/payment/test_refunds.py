"""Money is given back once, whoever asks twice or at the same moment, or is killed in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr
from starlette.responses import Response

from services.kernel.db import Database
from services.kernel.pagination import Paging
from services.payment.actions import refund_payment
from services.payment.adapters.lemon_squeezy import LemonSqueezy
from services.payment.adapters.lemon_squeezy import Shop as Store
from services.payment.assembly import Actions
from services.payment.errors import ProviderRefused, ProviderUnavailable, RefundUnderWay
from services.payment.records import Payment
from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment.lemon_stand import KEY, LemonStand
from tests.services.payment.shop import Shop

FIRST_PAGE = Paging(limit=10, cursor=None)


class Killed(BaseException):
    """The process is gone: nothing that follows happens."""


class Deadly(LemonSqueezy):
    """The provider, whose caller dies before or after it was asked for a refund."""

    before = False

    async def refund(self, invoice_id: str, amount_cents: int) -> None:
        if not self.before:
            await super().refund(invoice_id, amount_cents)
        raise Killed


@pytest.fixture
async def deadly(stand: LemonStand) -> AsyncIterator[Deadly]:
    provider = Deadly(
        Store(stand.url, SecretStr(KEY), "7", {"starter": "1"}, "http://127.0.0.1:8080")
    )
    yield provider
    await provider.close()


@pytest.fixture
def shop(squeezy: Actions, database: Database, person: UUID) -> Shop:
    return Shop(squeezy, database, person)


@pytest.fixture
async def payment_id(shop: Shop) -> UUID:
    await shop.tell("subscription_created", at=shop.ago(minutes=1), store_id=7)
    await shop.tell("subscription_payment_success", invoice=f"1{shop.subscription_id}", store_id=7)
    page = await shop.actions.purchases.payments(shop.user_id, FIRST_PAGE)
    found = page[0][0]
    assert isinstance(found, Payment)
    return found.id


def asked_refunds(stand: LemonStand) -> list[int]:
    return [
        document["data"]["attributes"]["amount"]
        for _, path, document in stand.asked
        if path.endswith("/refund")
    ]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("by_background", [True, False])
async def test_a_refund_that_was_cut_off_is_made_once(
    shop: Shop,
    payment_id: UUID,
    stand: LemonStand,
    deadly: Deadly,
    monkeypatch: pytest.MonkeyPatch,
    before: bool,
    by_background: bool,
) -> None:
    monkeypatch.setattr(refund_payment, "LEASE_S", 0.0)
    refund = shop.actions.refund
    deadly.before = before
    dying = replace(refund, provider=deadly)
    with pytest.raises(Killed):
        await dying.run(payment_id, 400)
    assert (await shop.balance()).available == 1_000
    if by_background:
        await refund.turn()
    after = await refund.run(payment_id, 400)
    assert (after.refunded_cents, after.refund_wanted_cents) == (400, None)
    assert asked_refunds(stand) == [400]
    assert (await shop.balance()).available == 600
    await refund.turn()
    assert asked_refunds(stand) == [400]


async def test_after_a_cut_off_more_may_be_wanted(
    shop: Shop,
    payment_id: UUID,
    stand: LemonStand,
    deadly: Deadly,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refund_payment, "LEASE_S", 0.0)
    refund = shop.actions.refund
    dying = replace(refund, provider=deadly)
    with pytest.raises(Killed):
        await dying.run(payment_id, 400)
    assert (await refund.run(payment_id, 1_000)).refunded_cents == 1_000
    assert asked_refunds(stand) == [400, 600]


async def test_of_two_at_once_one_asks(shop: Shop, payment_id: UUID, stand: LemonStand) -> None:
    stand.delay_s = 0.2
    run = shop.actions.refund.run
    answers = await asyncio.gather(
        *(run(payment_id, 300) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(answer, RefundUnderWay) for answer in answers) == 2
    assert asked_refunds(stand) == [300]


async def test_no_row_is_locked_while_the_provider_thinks(
    shop: Shop,
    payment_id: UUID,
    stand: LemonStand,
    environment_database: EnvironmentDatabase,
) -> None:
    stand.delay_s = 0.3
    running = asyncio.create_task(shop.actions.refund.run(payment_id, 300))
    await stand.was_asked.wait()
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute("select 1 from payments where id = %s for update nowait", [payment_id])
        found = connection.execute(
            "select refund_wanted_cents from payments where id = %s", [payment_id]
        ).fetchone()
    assert found == (300,), "what is wanted is written before anybody is asked"
    await running


async def test_when_the_provider_is_away_the_refund_is_made_later(
    shop: Shop, payment_id: UUID, stand: LemonStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refund_payment, "LEASE_S", 0.0)
    stand.failure = Response(status_code=503)
    with pytest.raises(ProviderUnavailable):
        await shop.actions.refund.run(payment_id, 250)
    await shop.actions.refund.turn()
    assert (await shop.balance()).available == 1_000
    stand.failure = None
    await shop.actions.refund.turn()
    assert (await shop.balance()).available == 750
    assert stand.refunded == {f"1{shop.subscription_id}": 250}


async def test_what_the_provider_refuses_the_background_rests_and_may_be_asked_for_at_once(
    shop: Shop,
    payment_id: UUID,
    stand: LemonStand,
    deadly: Deadly,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refund = shop.actions.refund
    deadly.before = True
    with monkeypatch.context() as soon:
        soon.setattr(refund_payment, "LEASE_S", 0.0)
        with pytest.raises(Killed):
            await replace(refund, provider=deadly).run(payment_id, 400)
    stand.failure = Response(status_code=422)
    await refund.turn()
    stand.failure = None
    await refund.turn()
    assert asked_refunds(stand) == []
    assert (await refund.run(payment_id, 400)).refunded_cents == 400
    assert asked_refunds(stand) == [400]


async def test_what_the_provider_refuses_is_not_wanted_any_more(
    shop: Shop, payment_id: UUID, stand: LemonStand
) -> None:
    stand.failure = Response(status_code=422)
    with pytest.raises(ProviderRefused):
        await shop.actions.refund.run(payment_id, 250)
    stand.failure = None
    await shop.actions.refund.turn()
    assert stand.refunded == {}
    assert (await shop.actions.refund.run(payment_id, 100)).refunded_cents == 100
