"""Credits: balances, the ledger, grants and adjustments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.whole_numbers import WHOLE
from services.payment import records

LARGEST_GRANT_CREDITS = 1_000_000_000
KEY = r"^[\x21-\x7e]+$"
WORDS = r"^[^\x00-\x1f\x7f]*$"

Kind = Literal["grant", "hold", "capture", "release", "refund", "purchase"]
Account = Literal["available", "held", "owed", "issued", "revenue"]
Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=KEY,
        description="Any unique text; the same key does it once.",
    ),
]
Reason = Annotated[
    str,
    Field(min_length=1, max_length=300, pattern=WORDS, description="Shown to the person."),
]


class Balance(BaseModel):
    """A person's accounts, in credits."""

    balance_credits: int = Field(ge=0, description="What may be spent now; `available_credits`.")
    available_credits: int = Field(ge=0, description="What may be spent now.")
    held_credits: int = Field(ge=0, description="Taken for jobs that are not finished.")
    owed_credits: int = Field(
        ge=0,
        description="Spent credits of a refunded payment; paid from the next ones that arrive.",
    )

    @classmethod
    def of(cls, balance: records.Balance) -> Self:
        """From the accounts."""
        return cls(
            balance_credits=balance.available,
            available_credits=balance.available,
            held_credits=balance.held,
            owed_credits=balance.owed,
        )


class LedgerEntry(BaseModel):
    """A transfer of credits between two accounts."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(description="Grows with time.")
    kind: Kind
    amount_credits: int = Field(description="Change of what may be spent; negative: taken.")
    debit_account: Account = Field(description="Where the credits came from.")
    credit_account: Account = Field(description="Where they went.")
    quantity_credits: int = Field(ge=0, description="How many were moved.")
    job_id: UUID | None = Field(description="The job of a hold, capture or release.")
    payment_id: UUID | None = Field(description="The payment of a purchase or refund.")
    reason: str = Field(max_length=300)
    created_at: datetime


class Grant(BaseModel):
    """Credits that an administrator gives; the same key gives them once."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    amount_credits: Annotated[int, Field(ge=1, le=LARGEST_GRANT_CREDITS), WHOLE]
    reason: Reason
    idempotency_key: Key


class Adjustment(BaseModel):
    """Credits that an administrator gives or takes; the same key does it once."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    amount_credits: Annotated[
        int,
        Field(
            ge=-LARGEST_GRANT_CREDITS,
            le=LARGEST_GRANT_CREDITS,
            description="Negative: taken, never more than may be spent.",
        ),
        WHOLE,
    ]
    reason: Reason
    idempotency_key: Key


class Granted(BaseModel):
    """The ledger's entry of a grant or an adjustment, and the person's balance."""

    entry: LedgerEntry
    user_id: UUID
    balance_credits: int = Field(ge=0)
