"""The payment service put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.kernel.app import create_service
from services.payment.routes import router
from services.payment.settings import PaymentSettings


def create_app(settings: PaymentSettings | None = None) -> FastAPI:
    """Build the service from its settings, by default those of the environment."""
    return create_service("payment", settings or PaymentSettings.from_environment(), [router])
