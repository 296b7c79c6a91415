"""The payment service's addresses, one noun a file. They only translate: actions decide."""

from services.payment.routes import accounts, checkouts, payments, plans, subscriptions, webhooks
from services.payment.routes import credits as own_credits

ROUTERS = (
    own_credits.router,
    accounts.router,
    plans.router,
    checkouts.router,
    subscriptions.router,
    payments.router,
    webhooks.router,
)
