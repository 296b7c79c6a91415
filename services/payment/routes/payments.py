"""One's own payments; refunds by administrators."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked
from services.payment.access import PaymentsRefund, SubscriptionsRead
from services.payment.errors import (
    PaymentNotFound,
    ProviderRefused,
    ProviderUnavailable,
    RefundTooLarge,
    RefundUnderWay,
)
from services.payment.routes.actions import Acting
from services.payment.schemas.purchases import Payment, Refund

router = APIRouter(prefix="/v1/payments", tags=["payments"])


@router.get("")
async def list_payments(
    caller: SubscriptionsRead, paging: PageAsked, actions: Acting
) -> Page[Payment]:
    """What you paid, newest first, and what of it you got back."""
    found, cursor = await actions.purchases.payments(caller.user_id, paging)
    return Page(items=[Payment.model_validate(each) for each in found], next_cursor=cursor)


@router.post(
    "/{payment_id}/refund",
    responses=problems(
        PaymentNotFound, RefundTooLarge, RefundUnderWay, ProviderRefused, ProviderUnavailable
    ),
)
async def refund_payment(
    _: PaymentsRefund, payment_id: UUID, body: Refund, actions: Acting
) -> Payment:
    """Give money back; credits of the payment are taken back in proportion.

    Credits that were spent already become a debt, which the next ones that arrive pay. When the
    provider is away, the refund stays decided and is made later.
    """
    return Payment.model_validate(await actions.refund.run(payment_id, body.refunded_cents))
