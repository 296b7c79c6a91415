"""Pay a local checkout: the three events of a purchase, signed and taken in as if they had come.

All that is in them follows from the checkout, so that paying twice sends the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.contracts.tiers import TierTerms
from services.payment import sample_events
from services.payment.actions.receive_webhook import Received, ReceiveWebhook
from services.payment.adapters.local import LocalProvider
from services.payment.adapters.signature import sign
from services.payment.errors import CheckoutUnknown
from services.payment.ports.provider import Basket
from services.payment.sample_events import Purchase

BOUGHT = ("order_created", "subscription_created", "subscription_payment_success")


@dataclass(frozen=True)
class PayLocally:
    """Raises `CheckoutUnknown`, also where another provider takes the money."""

    provider: LocalProvider | None
    receive: ReceiveWebhook
    tiers: Mapping[str, TierTerms]
    variants: Mapping[str, str]
    store_id: str

    def look(self, token: str) -> Basket:
        """What is about to be bought."""
        return self._read(token)[0]

    async def run(self, token: str) -> list[Received]:
        """Buy it."""
        basket, checkout_id, made_at = self._read(token)
        purchase = self._purchase(basket, checkout_id)
        bodies = [sample_events.build(name, purchase, made_at) for name in BOUGHT]
        secret = self.receive.secret.get_secret_value()
        return [await self.receive.run(body, sign(secret, body)) for body in bodies]

    def _read(self, token: str) -> tuple[Basket, str, datetime]:
        if self.provider is None:
            raise CheckoutUnknown
        basket, checkout_id, made_at = self.provider.read_checkout(token)
        if basket.tier not in self.variants:
            raise CheckoutUnknown
        return basket, checkout_id, made_at

    def _purchase(self, basket: Basket, checkout_id: str) -> Purchase:
        digest = hashlib.sha256(checkout_id.encode()).digest()
        number = str(int.from_bytes(digest[:6], "big"))
        return Purchase(
            user_id=basket.user_id,
            email=basket.email,
            tier=basket.tier,
            variant_id=self.variants[basket.tier],
            price_cents=int(self.tiers[basket.tier].monthly_price_usd * 100),
            store_id=self.store_id or "1",
            subscription_id=number,
            order_id=number,
            invoice_id=number,
        )
