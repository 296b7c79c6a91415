"""Purchases and refunds, told by signed webhooks that are sent more than once and at once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Self
from uuid import UUID

import httpx
import psycopg

from services.contracts.tiers import TIERS, Tier
from services.payment.adapters.signature import sign
from services.payment.sample_events import Purchase, build
from tests.services.stress.customers import AWAY

PAID, REFUNDED = "subscription_payment_success", "subscription_payment_refunded"
SOLD = Tier.STARTER
PRICE_CENTS = int(TIERS[SOLD].monthly_price_usd * 100)
DICE = random.Random(51)  # noqa: S311 - a test's dice


class Shop:
    """Tells the payment service what the provider would; remembers what it said."""

    def __init__(self, url: str, system_url: str, secret: str) -> None:
        self.dealt: Counter[str] = Counter()
        self._url = f"{url}/v1/webhooks/lemon-squeezy"
        self._system_url = system_url
        self._secret = secret
        self._numbers = count(1)
        self._customers: dict[UUID, Purchase] = {}
        self._paid: dict[UUID, list[Purchase]] = defaultdict(list)
        self._refunded: dict[UUID, list[Purchase]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        self._client = httpx.AsyncClient(timeout=20)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def deal(self, user_id: UUID) -> None:
        """The person pays another month, or gets the money of one back."""
        if user_id not in self._customers:
            await self._subscribe(user_id)
        if self._paid[user_id] and DICE.random() < 0.4:
            purchase = self._paid[user_id].pop()
            self._refunded[user_id].append(purchase)
            await self._tell(REFUNDED, purchase)
        else:
            purchase = replace(self._customers[user_id], invoice_id=str(next(self._numbers)))
            await self._tell(PAID, purchase)
            self._paid[user_id].append(purchase)

    def faults(self) -> list[str]:
        """People whose credits of purchases are not what their invoices say."""
        return [
            f"{user_id}: {found} of {expected}"
            for user_id in self._customers
            if (found := self._granted(user_id)) != (expected := self._expected(user_id))
        ]

    def _expected(self, user_id: UUID) -> tuple[int, int]:
        paid, refunded = len(self._paid[user_id]), len(self._refunded[user_id])
        month = TIERS[SOLD].monthly_credits
        return (paid + refunded) * month, refunded * month

    def _granted(self, user_id: UUID) -> tuple[int, int]:
        with psycopg.connect(self._system_url) as connection:
            row = connection.execute(
                "select coalesce(sum(quantity_credits) filter (where kind = 'purchase'), 0)::int,"
                " coalesce(sum(quantity_credits) filter (where credit_account = 'issued'), 0)::int"
                " from credit_ledger where user_id = %s",
                [user_id],
            ).fetchone()
        assert row is not None
        return row[0], row[1]

    async def _subscribe(self, user_id: UUID) -> None:
        number = str(next(self._numbers))
        self._customers[user_id] = Purchase(
            user_id=user_id,
            email=f"{user_id}@example.com",
            tier=SOLD,
            variant_id="1",
            price_cents=PRICE_CENTS,
            store_id="1",
            subscription_id=f"{number}{user_id.int % 10**9}",
            order_id=f"{number}{user_id.int % 10**9}",
            invoice_id="0",
        )
        await self._tell("subscription_created", self._customers[user_id])

    async def _tell(self, name: str, purchase: Purchase) -> None:
        """One to three times at the same moment, each until it was taken."""
        body = build(name, purchase, datetime.now(UTC))
        await asyncio.gather(*(self._send(body) for _ in range(DICE.randint(1, 3))))
        self.dealt[name] += 1

    async def _send(self, body: bytes) -> None:
        headers = {"Content-Type": "application/json", "X-Signature": sign(self._secret, body)}
        while True:
            try:
                answer = await self._client.post(self._url, content=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code not in AWAY:
                assert answer.status_code == 200, answer.text
                return
            await asyncio.sleep(0.1)
