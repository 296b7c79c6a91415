"""Give money back, up to a sum: however often it is asked for, and whoever is killed, once.

What is wanted is written down first, with a claim that lets one at a time ask the provider. Whoever
claims it reads what the provider gave back already, and asks for the rest. So nothing is locked
while the provider thinks, and what was cut off is ended by the next request or by the background.
The provider's webhook, which tells the same sum, changes nothing then.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.kernel.logs import logger
from services.payment.actions.apply_refund import ApplyRefund
from services.payment.errors import (
    PaymentNotFound,
    ProviderRefused,
    ProviderUnavailable,
    RefundTooLarge,
    RefundUnderWay,
)
from services.payment.ports.provider import PaymentProvider
from services.payment.records import Payment
from services.payment.repository import payments

LEASE_S = 60.0
ASKED_AT_MOST_S = 30.0  # well within the lease: two never ask at once
REFUSED_REST_S = 600.0
BATCH = 50
EVERY_S = 10.0


@dataclass(frozen=True)
class RefundPayment:
    """Credits that the payment gave are taken back in proportion."""

    database: Database
    provider: PaymentProvider
    apply: ApplyRefund

    async def run(self, payment_id: UUID, refunded_cents: int) -> Payment:
        """The payment after it. Raises `PaymentNotFound`, `RefundTooLarge`, `RefundUnderWay`, and
        the provider's; after `ProviderUnavailable` the background goes on when the claim ends: what
        was asked for may still be made until then."""
        payment = await self._claim(payment_id, refunded_cents)
        if payment.refund_wanted_cents is None:
            return payment
        try:
            return await self._make(payment, payment.refund_wanted_cents)
        except ProviderRefused:
            async with self.database.system() as system:
                await payments.end_refund(system, payment)
            raise

    async def turn(self) -> float:
        """Those that were decided and not made; seconds to rest."""
        async with self.database.system() as system:
            due = await payments.list_refunds(system, self.provider.name, BATCH)
        for payment in due:
            await self._again(payment)
        return EVERY_S

    async def _again(self, payment: Payment) -> None:
        wanted_cents = payment.refund_wanted_cents or 0
        async with self.database.system() as system:
            claimed = await payments.claim_refund(
                system, payment.id, wanted_cents=wanted_cents, lease_s=LEASE_S
            )
        if claimed is None:
            return
        try:
            await self._make(claimed, wanted_cents)
        except ProviderUnavailable:
            logger(__name__).warning("refund_not_made", id=str(payment.id), reason="unavailable")
        except ProviderRefused:
            logger(__name__).error("refund_not_made", id=str(payment.id), reason="refused")
            async with self.database.system() as system:
                await payments.rest_refund(system, claimed, REFUSED_REST_S)

    async def _claim(self, payment_id: UUID, refunded_cents: int) -> Payment:
        async with self.database.system() as system:
            payment = await payments.lock_by_id(system, self.provider.name, payment_id)
            if payment is None:
                raise PaymentNotFound
            decided_cents = max(payment.refunded_cents, payment.refund_wanted_cents or 0)
            if not decided_cents <= refunded_cents <= payment.total_cents:
                raise RefundTooLarge
            if refunded_cents == payment.refunded_cents:
                return payment
            claimed = await payments.claim_refund(
                system, payment.id, wanted_cents=refunded_cents, lease_s=LEASE_S
            )
            if claimed is None:
                raise RefundUnderWay
            return claimed

    async def _make(self, claimed: Payment, wanted_cents: int) -> Payment:
        given_cents = await self._ask(claimed, wanted_cents)
        async with self.database.system() as system:
            payment = await payments.lock_by_id(system, self.provider.name, claimed.id)
            if payment is None:
                raise PaymentNotFound
            await self.apply.run(system, payment, given_cents)
            await payments.end_refund(system, claimed)
            after = await payments.lock_by_id(system, self.provider.name, claimed.id)
        return after or payment

    async def _ask(self, claimed: Payment, wanted_cents: int) -> int:
        """What the provider has given back of it in all, after asking for what was missing."""
        try:
            async with asyncio.timeout(ASKED_AT_MOST_S):
                there_cents = await self.provider.refunded_cents(claimed.provider_id)
                given_cents = max(there_cents, claimed.refunded_cents)
                if given_cents < wanted_cents:
                    await self.provider.refund(claimed.provider_id, wanted_cents - given_cents)
        except TimeoutError as slow:
            raise ProviderUnavailable from slow
        return max(given_cents, wanted_cents)
