"""Which payment provider the settings ask for."""

from __future__ import annotations

from services.payment.adapters.lemon_squeezy import LemonSqueezy, Shop
from services.payment.adapters.local import LocalProvider
from services.payment.settings import PaymentSettings


def provider_of(settings: PaymentSettings) -> LemonSqueezy | LocalProvider:
    """The provider; the caller closes it."""
    if settings.payment_provider == "local":
        return LocalProvider(settings.webhook_secret, settings.address)
    return LemonSqueezy(
        Shop(
            api_url=settings.payment_api_url,
            api_key=settings.payment_api_key,
            store_id=settings.payment_store_id,
            variants=settings.variants,
            return_url=settings.address,
        )
    )
