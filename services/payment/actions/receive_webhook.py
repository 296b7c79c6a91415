"""Take a webhook in: prove who sent it, keep it, give it its effect.

Kept before anything follows from it, so that a fault of ours loses nothing: the sender is told 200
and the background tries again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from services.kernel.db import Database, DatabaseRefused
from services.payment.actions.apply_event import ApplyEvent
from services.payment.adapters import signature as signatures
from services.payment.adapters.events import Unreadable, parse, read_head
from services.payment.errors import (
    NotConfigured,
    SignatureInvalid,
    WebhookOutsideWindow,
    WebhookUnreadable,
)
from services.payment.outcomes import Outcome
from services.payment.repository import events
from services.payment.repository.events import NewEvent

CLOCKS_DIFFER_AT_MOST = timedelta(minutes=5)
BAD_VALUES = "22"  # SQLSTATE class: text that PostgreSQL can't keep


@dataclass(frozen=True)
class Received:
    """What came of it."""

    event_id: str
    kind: str
    outcome: Outcome


@dataclass(frozen=True)
class ReceiveWebhook:
    """`window`: how old an event may be that we never saw; known ones are duplicates for ever."""

    database: Database
    secret: SecretStr
    window: timedelta
    apply: ApplyEvent

    async def run(self, body: bytes, signature: str) -> Received:
        """Raises `NotConfigured`, `SignatureInvalid`, `WebhookUnreadable`,
        `WebhookOutsideWindow`."""
        secret = self.secret.get_secret_value()
        if not secret:
            raise NotConfigured
        if not signatures.is_signed(secret, body, signature):
            raise SignatureInvalid
        event = _read(body)
        if not await self._keep(event):
            return Received(event.event_id, event.kind, Outcome.DUPLICATE)
        return Received(event.event_id, event.kind, await self.apply.run(event.event_id))

    async def _keep(self, event: NewEvent) -> bool:
        """False when it is known. A new one must be of this time."""
        try:
            async with self.database.system() as system:
                is_new = await events.store(system, self.apply.provider, event)
                if is_new and event.occurred_at is not None:
                    self._require_of_this_time(event.occurred_at)
                return is_new
        except DatabaseRefused as refused:
            if refused.sqlstate.startswith(BAD_VALUES):
                raise WebhookUnreadable from refused
            raise

    def _require_of_this_time(self, occurred_at: datetime) -> None:
        now = datetime.now(UTC)
        if not now - self.window <= occurred_at <= now + CLOCKS_DIFFER_AT_MOST:
            raise WebhookOutsideWindow


def _read(body: bytes) -> NewEvent:
    try:
        payload = parse(body)
        kind, occurred_at = read_head(payload)
    except Unreadable as unreadable:
        raise WebhookUnreadable from unreadable
    return NewEvent(signatures.event_id(body), kind, payload, occurred_at)
