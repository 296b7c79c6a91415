"""Take credits back for money that was given back, in proportion, once for each sum.

`refunded_cents` is the sum of all refunds, so that events may come twice, late or in any order:
what was taken back already is never taken again. Credits that were spent become a debt.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import SystemConnection
from services.payment.entitlement import credits_back
from services.payment.outcomes import Outcome
from services.payment.records import Payment
from services.payment.repository import ledger, payments


@dataclass(frozen=True)
class ApplyRefund:
    """Within the caller's transaction, on a payment that is locked."""

    async def run(self, system: SystemConnection, payment: Payment, refunded_cents: int) -> Outcome:
        """STALE when at least so much was taken in before."""
        refunded_cents = min(refunded_cents, payment.total_cents)
        if refunded_cents <= payment.refunded_cents:
            return Outcome.STALE
        wanted = credits_back(payment.credits, refunded_cents, payment.total_cents)
        missing = wanted - payment.credits_refunded
        if missing > 0:
            await ledger.take_refund(
                system,
                user_id=payment.user_id,
                payment_id=payment.id,
                credits_=missing,
                unique_key=f"refund:{payment.id}:{refunded_cents}",
                reason=f"Refund of a payment for {payment.tier}",
            )
        await payments.mark_refunded(
            system,
            payment.id,
            refunded_cents=refunded_cents,
            credits_refunded=payment.credits_refunded + max(missing, 0),
        )
        return Outcome.APPLIED
