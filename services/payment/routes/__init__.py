"""The payment service's addresses, one noun a file. They only translate: actions decide."""

from services.payment.routes import accounts, checkouts, payments, plans, subscriptions, webhooks
from services.payment.routes import credits as own_credits

ABOUT = """\
What people may spend, what they spent, and what they pay for it: credits and their ledger, tiers,
subscriptions, payments, and the events of the payment provider.
"""
TAGS = {
    "credits": "Your credits, and every transfer of them.",
    "accounts": "Anybody's credits, for administrators.",
    "plans": "The tiers on offer.",
    "checkouts": "Buying a tier.",
    "subscriptions": "Your subscriptions.",
    "payments": "What you paid; refunds by administrators.",
    "webhooks": "Events of the payment provider.",
}
ROUTERS = (
    own_credits.router,
    accounts.router,
    plans.router,
    checkouts.router,
    subscriptions.router,
    payments.router,
    webhooks.router,
)
