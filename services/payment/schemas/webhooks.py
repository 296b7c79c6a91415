"""Webhooks: the answer to their sender, and what administrators see of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.payment.outcomes import Outcome


class WebhookReceived(BaseModel):
    """It was taken in; `open` means that it is kept and tried again."""

    model_config = ConfigDict(from_attributes=True)

    event_id: str = Field(pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the body.")
    kind: str = Field(description="The event's name.")
    outcome: Outcome


class WebhookEvent(BaseModel):
    """A webhook as kept, without what it says."""

    model_config = ConfigDict(from_attributes=True)

    event_id: str
    kind: str
    occurred_at: datetime | None
    received_at: datetime
    processed_at: datetime | None = Field(description="Null while it waits.")
    attempts: int = Field(ge=0, description="Failed attempts.")
    outcome: Outcome | None
    reason: str | None = Field(description="Why it waits.")


class Paid(BaseModel):
    """What came of the events of a local purchase."""

    events: list[WebhookReceived]
