"""Buying a tier; and the page of the local provider, where nobody pays anything."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from services.kernel.errors import problems
from services.payment.access import SubscriptionsWrite
from services.payment.errors import (
    AlreadySubscribed,
    CheckoutUnknown,
    NotConfigured,
    PersonUnknown,
    ProviderRefused,
    ProviderUnavailable,
    TierNotForSale,
)
from services.payment.routes.actions import Acting
from services.payment.schemas.purchases import Checkout, CheckoutWanted
from services.payment.schemas.webhooks import Paid, WebhookReceived

router = APIRouter(prefix="/v1/checkouts", tags=["checkouts"])

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Local checkout</title>
<h1>{tier}</h1><p>For {email}. No money is taken here.</p>
<form method="post"><button>Pay</button></form></html>
"""
Token = Annotated[
    str,
    Path(
        min_length=1,
        max_length=2000,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="As in the address that POST /v1/checkouts answered with.",
    ),
]


@router.post(
    "",
    status_code=201,
    responses=problems(
        PersonUnknown,
        AlreadySubscribed,
        TierNotForSale,
        ProviderRefused,
        ProviderUnavailable,
        NotConfigured,
    ),
)
async def post_checkout(
    caller: SubscriptionsWrite, body: CheckoutWanted, actions: Acting
) -> Checkout:
    """Begin to buy a tier: the answer tells where to pay. API keys can't buy."""
    url, expires_at = await actions.checkout.run(caller.user_id, body.tier)
    return Checkout(url=url, tier=body.tier, expires_at=expires_at)


@router.get(
    "/local/{token}",
    response_class=HTMLResponse,
    responses=problems(CheckoutUnknown, NotConfigured),
)
async def get_local_checkout(token: Token, actions: Acting) -> HTMLResponse:
    """The local provider's page, with a button that pays; only where that provider is chosen."""
    basket = actions.pay.look(token)
    return HTMLResponse(PAGE.format(tier=escape(basket.tier), email=escape(basket.email)))


@router.post("/local/{token}", responses=problems(CheckoutUnknown, NotConfigured))
async def pay_local_checkout(token: Token, actions: Acting) -> Paid:
    """Pay at the local provider, which takes no money; again: nothing more happens."""
    received = await actions.pay.run(token)
    return Paid(events=[WebhookReceived.model_validate(each) for each in received])
