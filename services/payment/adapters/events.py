"""Webhooks read: the envelope first, which is enough to keep one, its resource when it is applied.

Sources: https://docs.lemonsqueezy.com/help/webhooks/webhook-requests (JSON:API resource in `data`,
`meta.event_name`, and `meta.custom_data` as given at the checkout) and .../event-types. A refusal
is retried three times (5, 25, 125 s), so everything that is signed and readable is answered 200.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationError

from services.payment.adapters.shapes import (
    InvoiceShape,
    OrderShape,
    Resource,
    Shape,
    SubscriptionShape,
    Times,
)
from services.payment.ports.provider import InvoiceState, OrderState, SubscriptionState

_Shape = TypeVar("_Shape", bound=Shape)

SUBSCRIPTION_EVENTS = frozenset(
    f"subscription_{verb}"
    for verb in ("created", "updated", "cancelled", "resumed", "expired", "paused", "unpaused")
)
INVOICE_EVENTS = frozenset(
    f"subscription_payment_{verb}" for verb in ("success", "failed", "recovered", "refunded")
)
ORDER_EVENTS = frozenset({"order_created", "order_refunded"})
KNOWN_EVENTS = SUBSCRIPTION_EVENTS | INVOICE_EVENTS | ORDER_EVENTS


class Unreadable(ValueError):
    """A body that is no event, or a resource that lacks what it must have."""


class Meta(Shape):
    """Of `custom_data` only our own member is read; a buyer can write others."""

    event_name: str = Field(pattern=r"^[a-z_]{1,80}$")
    test_mode: bool = False
    custom_data: Annotated[
        dict[str, object], BeforeValidator(lambda given: given if isinstance(given, dict) else {})
    ] = Field(default={})


class Envelope(Shape):
    """Any webhook."""

    meta: Meta
    data: Resource


@dataclass(frozen=True)
class Event:
    """A webhook, read. `user_id` is None when nobody is named, or nobody that could be ours."""

    name: str
    user_id: UUID | None
    test_mode: bool
    store_id: str
    subject: SubscriptionState | InvoiceState | OrderState | None


def parse(body: bytes) -> dict[str, Any]:
    """The body as JSON; raises `Unreadable` for what PostgreSQL could not keep, too."""
    try:
        payload = json.loads(body)
        json.dumps(payload, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as unreadable:
        raise Unreadable("not JSON") from unreadable
    if not isinstance(payload, dict) or b"\\u0000" in body:
        raise Unreadable("not an object that can be kept")
    return payload


def read_head(payload: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """The event's name, and its time when it has one; raises `Unreadable`."""
    envelope = _read(Envelope, payload)
    try:
        return envelope.meta.event_name, Times.model_validate(envelope.data.attributes).latest
    except ValidationError:
        return envelope.meta.event_name, None


def read_event(payload: Mapping[str, Any], tiers: Mapping[str, str]) -> Event:
    """The whole event; `tiers` gives the tier of a variant. Raises `Unreadable`."""
    envelope = _read(Envelope, payload)
    name, data = envelope.meta.event_name, envelope.data
    subject: SubscriptionState | InvoiceState | OrderState | None = None
    shape: SubscriptionShape | InvoiceShape | OrderShape | None = None
    if name in SUBSCRIPTION_EVENTS:
        shape = _read(SubscriptionShape, data.attributes)
        subject = shape.state(data.id, tiers)
    elif name in INVOICE_EVENTS:
        shape = _read(InvoiceShape, data.attributes)
        subject = shape.state(data.id)
    elif name in ORDER_EVENTS:
        shape = _read(OrderShape, data.attributes)
        subject = shape.state(data.id)
    return Event(
        name=name,
        user_id=_person(envelope.meta.custom_data),
        test_mode=envelope.meta.test_mode,
        store_id=shape.store_id if shape else "",
        subject=subject,
    )


def _read(shape: type[_Shape], given: object) -> _Shape:
    try:
        return shape.model_validate(given)
    except ValidationError as wrong:
        parts = sorted({".".join(map(str, fault["loc"])) for fault in wrong.errors()})
        raise Unreadable(f"wrong: {', '.join(parts)}") from None


def _person(custom_data: Mapping[str, object]) -> UUID | None:
    try:
        return UUID(str(custom_data.get("user_id")))
    except ValueError:
        return None
