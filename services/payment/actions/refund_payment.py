"""Give money back, up to a sum: asked twice for the same sum, it is given once.

The payment's row is locked while the provider is asked, so that two administrators at once do not
give it twice. The provider's webhook, which tells the same sum, changes nothing then.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.payment.actions.apply_refund import ApplyRefund
from services.payment.errors import PaymentNotFound, RefundTooLarge
from services.payment.ports.provider import PaymentProvider
from services.payment.records import Payment
from services.payment.repository import payments


@dataclass(frozen=True)
class RefundPayment:
    """Credits that the payment gave are taken back in proportion."""

    database: Database
    provider: PaymentProvider
    apply: ApplyRefund

    async def run(self, payment_id: UUID, refunded_cents: int) -> Payment:
        """The payment after it. Raises `PaymentNotFound`, `RefundTooLarge`, the provider's."""
        name = self.provider.name
        async with self.database.system() as system:
            payment = await payments.lock_by_id(system, name, payment_id)
            if payment is None:
                raise PaymentNotFound
            missing = refunded_cents - payment.refunded_cents
            if missing < 0 or refunded_cents > payment.total_cents:
                raise RefundTooLarge
            if missing:
                await self.provider.refund(payment.provider_id, missing)
                await self.apply.run(system, payment, refunded_cents)
            after = await payments.lock_by_id(system, name, payment_id)
        if after is None:
            raise PaymentNotFound
        return after
