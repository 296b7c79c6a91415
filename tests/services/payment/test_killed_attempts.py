"""The payment service killed in the middle of something: what was begun is ended once, later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest

from services.kernel.db import Database
from services.payment.adapters.signature import event_id, sign
from services.payment.assembly import Actions
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.programs import Program, service
from tests.services.payment.lemon_stand import KEY, LemonStand
from tests.services.payment.shop import SECRET, Shop

pytestmark = pytest.mark.integration
PATIENCE_S = 60


@pytest.fixture
def payment(environment: dict[str, str], tmp_path: Path) -> Iterator[Program]:
    """The service as a program that is ready."""
    program = service("payment", environment, tmp_path)
    program.start()
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.kill()


def post(program: Program, body: bytes, *, timeout_s: float = 20) -> str:
    headers = {"Content-Type": "application/json", "X-Signature": sign(SECRET, body)}
    address = f"{program.url}/v1/webhooks/lemon-squeezy"
    answer = httpx.post(address, content=body, headers=headers, timeout=timeout_s)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["outcome"])


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_an_event_whose_first_attempt_was_killed_is_applied_by_the_background(
    environment_database: EnvironmentDatabase, shop: Shop, payment: Program
) -> None:
    await shop.tell("subscription_created")
    body = shop.body("subscription_payment_success")
    query = "select outcome from webhook_events where event_id = %s"
    with psycopg.connect(environment_database.system_url, autocommit=True) as looking:

        def outcomes() -> list[tuple[str | None]]:
            return looking.execute(query, [event_id(body)]).fetchall()

        with psycopg.connect(environment_database.system_url) as holding:
            holding.execute(
                "select 1 from subscriptions where provider_id = %s for update",
                [shop.subscription_id],
            )
            with pytest.raises(httpx.TimeoutException):
                post(payment, body, timeout_s=1)
            payment.kill()
        assert outcomes() == [(None,)], "kept, and without its effect"
        assert (await shop.balance()).available == 0
        payment.start()
        payment.wait_until_ready()
        assert post(payment, body) == "duplicate"
        wait_until(lambda: outcomes() == [("applied",)])
    assert (await shop.balance()).available == 1_000
    assert await shop.entries("purchase") == 1


async def test_a_refund_whose_answer_was_never_read_is_made_once(
    environment: dict[str, str],
    environment_database: EnvironmentDatabase,
    squeezy: Actions,
    database: Database,
    person: UUID,
    stand: LemonStand,
    tmp_path: Path,
) -> None:
    shop = Shop(squeezy, database, person)
    invoice = f"7{shop.subscription_id}"
    await shop.tell("subscription_created", at=shop.ago(minutes=1), store_id=7)
    await shop.tell("subscription_payment_success", invoice=invoice, store_id=7)
    real = {
        "PINGVAS_PAYMENT_PROVIDER": "lemon_squeezy",
        "PINGVAS_PAYMENT_API_URL": stand.url,
        "PINGVAS_PAYMENT_API_KEY": KEY,
        "PINGVAS_PAYMENT_STORE_ID": "7",
        "PINGVAS_PAYMENT_VARIANTS": '{"starter": "1", "pro": "2", "studio": "3"}',
    }
    payment = service("payment", {**environment, **real}, tmp_path)
    with psycopg.connect(environment_database.system_url, autocommit=True) as connection:
        decide = "update payments set refund_wanted_cents = 400 where provider_id = %s"
        connection.execute(decide, [invoice])
        stand.tells_of_refunds.clear()
        payment.start()
        try:
            await asyncio.wait_for(stand.was_refunded.wait(), PATIENCE_S)
            payment.kill()
            assert (await shop.balance()).available == 1_000
            stand.tells_of_refunds.set()
            expire = "update payments set refund_claimed_until = now() where provider_id = %s"
            connection.execute(expire, [invoice])
            payment.start()
            query = (
                "select refunded_cents, refund_wanted_cents from payments where provider_id = %s"
            )

            def is_made() -> bool:
                return connection.execute(query, [invoice]).fetchone() == (400, None)

            await asyncio.to_thread(wait_until, is_made)
        finally:
            payment.kill()
    assert stand.refunded == {invoice: 400}
    assert (await shop.balance()).available == 600
