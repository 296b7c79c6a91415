"""Events in the shape in which Lemon Squeezy sends them, for the local provider and for trying out.

Source of the shapes: https://docs.lemonsqueezy.com/api/subscriptions, .../api/subscription-invoices
and .../api/orders, with all attributes that readers of webhooks commonly use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.payment.adapters.events import INVOICE_EVENTS, ORDER_EVENTS
from services.payment.entitlement import MONTH

STATUS_AFTER: Mapping[str, str] = {
    "subscription_cancelled": "cancelled",
    "subscription_expired": "expired",
    "subscription_paused": "paused",
}


@dataclass(frozen=True)
class Purchase:
    """What all events of one subscription have in common. Ids are the provider's."""

    user_id: UUID
    email: str
    tier: str
    variant_id: str
    price_cents: int
    store_id: str
    subscription_id: str
    order_id: str
    invoice_id: str


def build(name: str, purchase: Purchase, at: datetime, **changes: object) -> bytes:
    """The body of an event that happens at a time; `changes` replace attributes."""
    if name in INVOICE_EVENTS:
        kind, id_, attributes = "subscription-invoices", purchase.invoice_id, _invoice
    elif name in ORDER_EVENTS:
        kind, id_, attributes = "orders", purchase.order_id, _order
    else:
        kind, id_, attributes = "subscriptions", purchase.subscription_id, _subscription
    payload = {
        "meta": {
            "test_mode": True,
            "event_name": name,
            "custom_data": {"user_id": str(purchase.user_id)},
        },
        "data": {
            "type": kind,
            "id": id_,
            "attributes": {**attributes(name, purchase, at), **changes},
        },
    }
    return json.dumps(payload, separators=(",", ":")).encode()


def _subscription(name: str, purchase: Purchase, at: datetime) -> dict[str, object]:
    status = STATUS_AFTER.get(name, "active")
    period_end = at + MONTH
    ends_at = {"cancelled": period_end, "expired": at}.get(status)
    return {
        **_customer(purchase),
        "order_id": _number(purchase.order_id),
        "variant_id": _number(purchase.variant_id),
        "product_name": "pingvas",
        "variant_name": purchase.tier.title(),
        "status": status,
        "status_formatted": status.replace("_", " ").title(),
        "pause": {"mode": "void", "resumes_at": None} if status == "paused" else None,
        "cancelled": status in ("cancelled", "expired"),
        "trial_ends_at": None,
        "billing_anchor": at.day,
        "urls": {"update_payment_method": "", "customer_portal": ""},
        "renews_at": _time(period_end),
        "ends_at": _time(ends_at) if ends_at else None,
        **_times(at),
    }


def _invoice(name: str, purchase: Purchase, at: datetime) -> dict[str, object]:
    refunded = name == "subscription_payment_refunded"
    failed = name == "subscription_payment_failed"
    return {
        **_customer(purchase),
        "subscription_id": _number(purchase.subscription_id),
        "billing_reason": "renewal" if failed else "initial",
        **_money(purchase, refunded=refunded),
        "status": "refunded" if refunded else "pending" if failed else "paid",
        "urls": {"invoice_url": ""},
        **_times(at),
    }


def _order(name: str, purchase: Purchase, at: datetime) -> dict[str, object]:
    refunded = name == "order_refunded"
    return {
        **_customer(purchase),
        "identifier": str(purchase.user_id),
        "order_number": 1,
        **_money(purchase, refunded=refunded),
        "status": "refunded" if refunded else "paid",
        "first_order_item": {"variant_id": _number(purchase.variant_id)},
        **_times(at),
    }


def _customer(purchase: Purchase) -> dict[str, object]:
    return {
        "store_id": _number(purchase.store_id),
        "customer_id": 1,
        "user_name": "",
        "user_email": purchase.email,
        "test_mode": True,
    }


def _money(purchase: Purchase, *, refunded: bool) -> dict[str, object]:
    cents = purchase.price_cents
    return {
        "currency": "USD",
        "currency_rate": "1.0000",
        "subtotal": cents,
        "discount_total": 0,
        "tax": 0,
        "total": cents,
        "subtotal_usd": cents,
        "total_usd": cents,
        "refunded": refunded,
        "refunded_amount": cents if refunded else 0,
    }


def _times(at: datetime) -> dict[str, object]:
    return {"created_at": _time(at), "updated_at": _time(at)}


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _number(id_: str) -> int | str:
    return int(id_) if id_.isdecimal() else id_
