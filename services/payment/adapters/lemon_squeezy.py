"""Lemon Squeezy over HTTPS.

Sources: https://docs.lemonsqueezy.com/api (JSON:API, media type application/vnd.api+json, bearer
key), .../api/checkouts/create-checkout, .../api/subscriptions/{retrieve,update,cancel}-subscription
and .../api/subscription-invoices/{retrieve-subscription-invoice,issue-refund}. `PATCH` with
`cancelled: false` takes a cancellation back. A change of the variant is prorated;
`invoice_immediately` bills it now. A refund carries no key: what was given back is read before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

import httpx
from pydantic import SecretStr, ValidationError

from services.kernel.logs import logger
from services.payment.adapters.shapes import InvoiceShape, Resource, Shape, SubscriptionShape
from services.payment.errors import ProviderRefused, ProviderUnavailable
from services.payment.ports.provider import Basket, Subscribed, SubscriptionState

_Shape = TypeVar("_Shape", bound=Shape)

MEDIA_TYPE: Final = "application/vnd.api+json"
TIMEOUT_S: Final = 10.0
BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})


class Answer(Shape):
    """A document with one resource."""

    data: Resource


class CheckoutShape(Shape):
    """`type` checkouts: of it we need the address."""

    url: str


@dataclass(frozen=True)
class Shop:
    """Whose shop it is. `variants`: the variant of each tier."""

    api_url: str
    api_key: SecretStr
    store_id: str
    variants: Mapping[str, str]
    return_url: str


class LemonSqueezy:
    """A `PaymentProvider`."""

    name = "lemon_squeezy"

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._tiers = {variant: tier for tier, variant in shop.variants.items()}
        self._client = httpx.AsyncClient(
            base_url=shop.api_url,
            timeout=TIMEOUT_S,
            headers={
                "Accept": MEDIA_TYPE,
                "Content-Type": MEDIA_TYPE,
                "Authorization": f"Bearer {shop.api_key.get_secret_value()}",
            },
        )

    async def open_checkout(self, basket: Basket) -> str:
        """A checkout that carries the person's id into every later event."""
        attributes = {
            "checkout_data": {
                "email": basket.email,
                "custom": {"user_id": str(basket.user_id)},
            },
            "product_options": {"redirect_url": self._shop.return_url},
            "expires_at": basket.expires_at.isoformat(),
        }
        document = _document("checkouts", attributes)
        document["data"]["relationships"] = {
            "store": _reference("stores", self._shop.store_id),
            "variant": _reference("variants", self._shop.variants[basket.tier]),
        }
        resource = await self._ask("POST", "/v1/checkouts", document)
        return _read(CheckoutShape, resource.attributes).url

    async def read(self, subscription: Subscribed) -> SubscriptionState:
        """GET /v1/subscriptions/{id}."""
        return self._state(await self._ask("GET", _path(subscription)))

    async def cancel(self, subscription: Subscribed) -> SubscriptionState:
        """DELETE /v1/subscriptions/{id}."""
        return self._state(await self._ask("DELETE", _path(subscription)))

    async def resume(self, subscription: Subscribed) -> SubscriptionState:
        """PATCH with `cancelled: false`."""
        return await self._patch(subscription, {"cancelled": False})

    async def change_tier(self, subscription: Subscribed, tier: str) -> SubscriptionState:
        """PATCH with the other variant, billed now."""
        variant = int(self._shop.variants[tier])
        return await self._patch(subscription, {"variant_id": variant, "invoice_immediately": True})

    async def refunded_cents(self, invoice_id: str) -> int:
        """GET /v1/subscription-invoices/{id}."""
        resource = await self._ask("GET", f"/v1/subscription-invoices/{invoice_id}")
        return _read(InvoiceShape, resource.attributes).refunded_cents

    async def refund(self, invoice_id: str, amount_cents: int) -> None:
        """POST /v1/subscription-invoices/{id}/refund."""
        document = _document("subscription-invoices", {"amount": amount_cents}, invoice_id)
        await self._ask("POST", f"/v1/subscription-invoices/{invoice_id}/refund", document)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _patch(
        self, subscription: Subscribed, attributes: Mapping[str, object]
    ) -> SubscriptionState:
        document = _document("subscriptions", attributes, subscription.provider_id)
        return self._state(await self._ask("PATCH", _path(subscription), document))

    def _state(self, resource: Resource) -> SubscriptionState:
        return _read(SubscriptionShape, resource.attributes).state(resource.id, self._tiers)

    async def _ask(
        self, method: str, path: str, document: Mapping[str, object] | None = None
    ) -> Resource:
        try:
            answer = await self._client.request(method, path, json=document)
        except httpx.HTTPError as away:
            logger(__name__).warning("provider_away", method=method, reason=type(away).__name__)
            raise ProviderUnavailable from away
        status = answer.status_code
        if status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger(__name__).warning("provider_busy", method=method, status=status)
            raise ProviderUnavailable
        if not answer.is_success:
            logger(__name__).error("provider_refused", method=method, status=status)
            raise ProviderRefused
        try:
            return _read(Answer, answer.json()).data
        except ValueError as unreadable:
            raise ProviderRefused from unreadable


def _path(subscription: Subscribed) -> str:
    return f"/v1/subscriptions/{subscription.provider_id}"


def _reference(kind: str, id_: str) -> dict[str, object]:
    return {"data": {"type": kind, "id": id_}}


def _document(
    kind: str, attributes: Mapping[str, object], id_: str | None = None
) -> dict[str, Any]:
    named = {"id": id_} if id_ else {}
    return {"data": {"type": kind, **named, "attributes": dict(attributes)}}


def _read(shape: type[_Shape], given: object) -> _Shape:
    try:
        return shape.model_validate(given)
    except ValidationError as wrong:
        logger(__name__).error("provider_unreadable", shape=shape.__name__)
        raise ProviderRefused from wrong
