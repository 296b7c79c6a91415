"""The payment service killed in the middle of something: what was begun is ended once, later."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from services.payment.adapters.signature import event_id, sign
from tests.servers.people import ISSUER, JWKS_URL
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.programs import Program, service
from tests.services.payment.shop import SECRET, Shop

pytestmark = pytest.mark.integration
PATIENCE_S = 60


@pytest.fixture
def payment(environment_database: EnvironmentDatabase, tmp_path: Path) -> Iterator[Program]:
    """The service as a program that is ready."""
    settings = {
        **os.environ,
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": environment_database.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": environment_database.system_url,
        "PINGVAS_TOKEN_ISSUER": ISSUER,
        "PINGVAS_JWKS_URL": JWKS_URL,
        "PINGVAS_WEBHOOK_SECRET": SECRET,
    }
    program = service("payment", settings, tmp_path)
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
