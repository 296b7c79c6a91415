"""`python -m services.payment`: run the payment service."""

from __future__ import annotations

from services.kernel.app import serve
from services.payment.main import create_app
from services.payment.settings import PaymentSettings

if __name__ == "__main__":
    settings = PaymentSettings.from_environment()
    serve("payment", settings, lambda: create_app(settings))
