"""One's own subscriptions."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked
from services.payment.access import SubscriptionsRead, SubscriptionsWrite
from services.payment.errors import (
    AlreadySubscribed,
    ProviderRefused,
    ProviderUnavailable,
    SubscriptionNotFound,
    SubscriptionOver,
    TierNotForSale,
)
from services.payment.routes.actions import Acting
from services.payment.schemas.purchases import Subscription, SubscriptionChange

router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])

OF_PROVIDER = (ProviderRefused, ProviderUnavailable)
OF_CHANGES = problems(SubscriptionNotFound, SubscriptionOver, *OF_PROVIDER)


@router.get("")
async def list_subscriptions(
    caller: SubscriptionsRead, paging: PageAsked, actions: Acting
) -> Page[Subscription]:
    """Your subscriptions, newest first, those that are over too."""
    found, cursor = await actions.purchases.subscriptions(caller.user_id, paging)
    return Page(items=[Subscription.model_validate(each) for each in found], next_cursor=cursor)


@router.get("/{subscription_id}", responses=problems(SubscriptionNotFound))
async def get_subscription(
    caller: SubscriptionsRead, subscription_id: UUID, actions: Acting
) -> Subscription:
    """One of your subscriptions."""
    found = await actions.purchases.subscription(caller.user_id, subscription_id)
    return Subscription.model_validate(found)


@router.patch(
    "/{subscription_id}",
    responses=problems(SubscriptionNotFound, SubscriptionOver, TierNotForSale, *OF_PROVIDER),
)
async def change_subscription(
    caller: SubscriptionsWrite, subscription_id: UUID, body: SubscriptionChange, actions: Acting
) -> Subscription:
    """Change to another tier now; the provider bills the difference, which gives its credits.

    Access tokens tell the former tier until they expire, at most 15 minutes later.
    """
    after = await actions.manage.change(caller.user_id, subscription_id, body.tier)
    return Subscription.model_validate(after)


@router.post("/{subscription_id}/cancel", responses=OF_CHANGES)
async def cancel_subscription(
    caller: SubscriptionsWrite, subscription_id: UUID, actions: Acting
) -> Subscription:
    """End a subscription with the period that is paid; cancelling twice is the same as once."""
    after = await actions.manage.cancel(caller.user_id, subscription_id)
    return Subscription.model_validate(after)


@router.post(
    "/{subscription_id}/resume",
    responses=problems(SubscriptionNotFound, SubscriptionOver, AlreadySubscribed, *OF_PROVIDER),
)
async def resume_subscription(
    caller: SubscriptionsWrite, subscription_id: UUID, actions: Acting
) -> Subscription:
    """Take a cancellation back before it takes effect, unless another subscription runs."""
    after = await actions.manage.resume(caller.user_id, subscription_id)
    return Subscription.model_validate(after)
