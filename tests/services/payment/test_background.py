"""What the service does by itself, without a request for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import psycopg

from tests.servers.people import ISSUER, TokenPress
from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment.shop import Shop

PATIENCE_S = 60


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.05)


async def test_who_verified_an_address_may_spend_without_a_look_at_the_balance(
    client: httpx.AsyncClient, shop: Shop, environment_database: EnvironmentDatabase
) -> None:
    with psycopg.connect(environment_database.system_url) as connection:
        query = "update users set email_verified_at = now() where id = %s"
        connection.execute(query, [shop.user_id])

    async def has_credits() -> bool:
        return (await shop.balance()).available == 50

    await eventually(has_credits)


async def test_of_two_open_checkouts_that_are_both_paid_one_counts(
    client: httpx.AsyncClient, tokens: TokenPress, person: UUID, shop: Shop
) -> None:
    headers = tokens.headers(person)
    pages = [
        str(
            (await client.post("/v1/checkouts", json={"tier": tier}, headers=headers)).json()["url"]
        )
        for tier in ("starter", "studio")
    ]
    for page in pages:
        assert (await client.post(page.removeprefix(ISSUER))).status_code == 200

    async def is_undone() -> bool:
        found = (await client.get("/v1/subscriptions", headers=headers)).json()["items"]
        paid = (await client.get("/v1/payments", headers=headers)).json()["items"]
        return [each["status"] for each in found] == ["cancelled", "active"] and [
            each["refunded_cents"] for each in paid
        ] == [8_000, 0]

    await eventually(is_undone)
    assert await shop.tier_now() == "starter"
    assert (await shop.balance()).available == 1_000
