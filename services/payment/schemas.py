"""What the payment service takes and gives over HTTP. Amounts are whole credits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payment.settings import Plan

LARGEST_GRANT_CREDITS = 1_000_000_000
Kind = Literal["grant", "hold", "capture", "release", "refund", "purchase"]


class Balance(BaseModel):
    """What the caller may spend now; credits held for running jobs are not in it."""

    balance_credits: int


class LedgerEntry(BaseModel):
    """One change of a balance; negative amounts were taken from it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: Kind
    amount_credits: int
    job_id: UUID | None
    reason: str
    created_at: datetime


class Grant(BaseModel):
    """Credits that an administrator gives; the same key gives them once."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    amount_credits: Annotated[int, Field(strict=True, ge=1, le=LARGEST_GRANT_CREDITS)]
    reason: Annotated[
        str,
        Field(
            min_length=1,
            max_length=300,
            pattern=r"^[^\x00-\x1f\x7f]*$",
            description="Shown to the person.",
        ),
    ]
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class Granted(BaseModel):
    """The ledger's entry of a grant and the person's balance."""

    entry: LedgerEntry
    user_id: UUID
    balance_credits: int


class Plans(BaseModel):
    """The plans on offer."""

    items: list[Plan]
