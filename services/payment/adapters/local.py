"""A payment provider without a network: this service's own record is its record.

A checkout is a signed address on this service; whoever opens it may pay there with a press of a
button. Subscriptions change at once, nothing renews by itself: events are sent by hand, see
`services.payment.webhooks`. It takes no money, so it is for platforms that are not for sale.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import jwt
from pydantic import SecretStr

from services.payment.entitlement import MONTH
from services.payment.errors import CheckoutUnknown, NotConfigured, ProviderRefused
from services.payment.ports.provider import Basket, Subscribed, SubscriptionState

ALGORITHM = "HS256"
AUDIENCE = "pingvas-local-checkout"


class LocalProvider:
    """A `PaymentProvider`; knows nothing but the secret that signs its addresses."""

    name = "local"

    def __init__(self, secret: SecretStr, address: str) -> None:
        self._secret = secret
        self._address = address

    async def open_checkout(self, basket: Basket) -> str:
        """An address on this service, with the basket in it."""
        claims = {
            "aud": AUDIENCE,
            "sub": str(basket.user_id),
            "email": basket.email,
            "tier": basket.tier,
            "iat": datetime.now(UTC),
            "exp": basket.expires_at,
            "jti": uuid4().hex,
        }
        return f"{self._address}/v1/checkouts/local/{jwt.encode(claims, self._key(), ALGORITHM)}"

    def read_checkout(self, token: str) -> tuple[Basket, str, datetime]:
        """The basket of an address, its id and when it was made; raises `CheckoutUnknown`."""
        try:
            claims = jwt.decode(
                token,
                self._key(),
                [ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["aud", "sub", "iat", "exp", "jti"]},
            )
        except jwt.PyJWTError as unknown:
            raise CheckoutUnknown from unknown
        basket = Basket(
            user_id=UUID(claims["sub"]),
            email=claims["email"],
            tier=claims["tier"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
        return basket, claims["jti"], datetime.fromtimestamp(claims["iat"], UTC)

    async def read(self, subscription: Subscribed) -> SubscriptionState:
        """As we know it, and as old as what we know."""
        return SubscriptionState(
            provider_id=subscription.provider_id,
            order_id=subscription.order_id,
            tier=subscription.tier,
            status=subscription.status,
            current_period_end=subscription.current_period_end,
            ends_at=subscription.ends_at,
            manage_url=subscription.manage_url,
            updated_at=subscription.provider_updated_at or datetime.now(UTC),
        )

    async def cancel(self, subscription: Subscribed) -> SubscriptionState:
        """Ends with its period."""
        state = await self._alive(subscription)
        ends_at = state.ends_at or state.current_period_end or state.updated_at
        return replace(state, status="cancelled", ends_at=ends_at)

    async def resume(self, subscription: Subscribed) -> SubscriptionState:
        """Renews again."""
        state = await self._alive(subscription)
        period_end = state.current_period_end or state.ends_at or state.updated_at + MONTH
        return replace(state, status="active", ends_at=None, current_period_end=period_end)

    async def change_tier(self, subscription: Subscribed, tier: str) -> SubscriptionState:
        """The other tier, at once; what it costs is billed by `BillLocally`."""
        return replace(await self._alive(subscription), tier=tier)

    async def refunded_cents(self, invoice_id: str) -> int:
        """Our books are all there are."""
        return 0

    async def refund(self, invoice_id: str, amount_cents: int) -> None:
        """No money was taken, so none is given back."""

    async def close(self) -> None:
        """Nothing is open."""

    async def _alive(self, subscription: Subscribed) -> SubscriptionState:
        if subscription.status == "expired":
            raise ProviderRefused
        return replace(await self.read(subscription), updated_at=datetime.now(UTC))

    def _key(self) -> bytes:
        secret = self._secret.get_secret_value()
        if not secret:
            raise NotConfigured
        return hashlib.sha256(b"local-checkout:" + secret.encode()).digest()
