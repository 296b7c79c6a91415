"""Rows of the payment service as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.kernel.db import Row


@dataclass(frozen=True)
class Record:
    """A row with these columns, and perhaps more."""

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the row."""
        values: dict[str, Any] = {field.name: row[field.name] for field in fields(cls)}
        return cls(**values)


@dataclass(frozen=True)
class Balance(Record):
    """A person's accounts, in credits."""

    available: int
    held: int
    owed: int


@dataclass(frozen=True)
class Entry(Record):
    """A transfer in the ledger: `quantity_credits` from the debit to the credit account."""

    id: int
    user_id: UUID
    kind: str
    amount_credits: int
    debit_account: str
    credit_account: str
    quantity_credits: int
    job_id: UUID | None
    payment_id: UUID | None
    reason: str
    created_at: datetime


@dataclass(frozen=True)
class Subscription(Record):
    """What we know of a person's subscription."""

    id: UUID
    user_id: UUID
    provider_id: str
    order_id: str | None
    tier: str
    status: str
    current_period_end: datetime | None
    ends_at: datetime | None
    past_due_since: datetime | None
    entitled_until: datetime | None
    provider_updated_at: datetime | None
    manage_url: str
    told_tiers: Mapping[str, str]
    duplicate_since: datetime | None
    created_at: datetime

    @property
    def told(self) -> Mapping[datetime, str]:
        """The tiers that it was told to have, by the provider's time; never empty."""
        found = {datetime.fromisoformat(at): tier for at, tier in self.told_tiers.items()}
        return found or {self.provider_updated_at or self.created_at: self.tier}


@dataclass(frozen=True)
class Payment(Record):
    """An invoice that was paid."""

    id: UUID
    user_id: UUID
    subscription_id: UUID | None
    provider_id: str
    tier: str
    billing_reason: str
    currency: str
    total_cents: int
    refunded_cents: int
    credits: int
    credits_refunded: int
    refund_wanted_cents: int | None
    refund_claimed_until: datetime | None
    paid_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class StoredEvent(Record):
    """A webhook that was taken in; `outcome` is null while it is open."""

    event_id: str
    kind: str
    payload: dict[str, Any]
    occurred_at: datetime | None
    received_at: datetime
    processed_at: datetime | None
    attempts: int
    outcome: str | None
    reason: str | None
