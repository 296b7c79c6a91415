"""Webhooks that were taken in: kept for ever by id, so that none has an effect twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.kernel.db import Jsonb, Row, SystemConnection
from services.payment.records import StoredEvent
from services.payment.repository import SQL

# After this, an event whose first attempt was cut off is tried by the background.
FIRST_PATIENCE_S = 5.0
ATTEMPTS_AT_MOST = 14  # about two and a half hours of doubling rests


@dataclass(frozen=True)
class NewEvent:
    """A signed body, parsed."""

    event_id: str
    kind: str
    payload: dict[str, Any]
    occurred_at: datetime | None


async def store(system: SystemConnection, provider: str, event: NewEvent) -> bool:
    """Keep it; false when it is known."""
    values = {**vars(event), "payload": Jsonb(event.payload)}
    row = await system.fetch_one(
        SQL.store_event, provider=provider, patience_s=FIRST_PATIENCE_S, **values
    )
    return row is not None


async def lock_open(system: SystemConnection, provider: str, event_id: str) -> StoredEvent | None:
    """The event while nobody else handles it; None when somebody does, or did."""
    row = await system.fetch_one(SQL.lock_event, provider=provider, event_id=event_id)
    return StoredEvent.of(row) if row else None


async def close(system: SystemConnection, provider: str, event_id: str, outcome: str) -> None:
    """It is handled."""
    await system.execute(SQL.close_event, provider=provider, event_id=event_id, outcome=outcome)


async def postpone(
    system: SystemConnection, provider: str, event_id: str, reason: str
) -> str | None:
    """Try it later, or give up after many attempts: then the outcome is `given_up`."""
    row = await system.fetch_one(
        SQL.postpone_event,
        provider=provider,
        event_id=event_id,
        reason=reason,
        attempts_at_most=ATTEMPTS_AT_MOST,
    )
    return row["outcome"] if row else None


async def list_due(system: SystemConnection, provider: str, limit: int) -> list[str]:
    """Ids of open events whose time has come."""
    rows = await system.fetch_all(SQL.list_due_events, provider=provider, limit=limit)
    return [row["event_id"] for row in rows]


async def list_all(
    system: SystemConnection,
    provider: str,
    *,
    open_only: bool,
    before_at: datetime | None,
    before_id: str | None,
    limit: int,
) -> list[Row]:
    """Events, newest first; all, or those that wait or were given up."""
    return await system.fetch_all(
        SQL.list_events,
        provider=provider,
        open_only=open_only,
        before_at=before_at,
        before_id=before_id,
        limit=limit,
    )


async def reopen(system: SystemConnection, provider: str, event_id: str) -> bool:
    """Try one again that waits or was given up; false when there is no such one."""
    return (
        await system.fetch_one(SQL.reopen_event, provider=provider, event_id=event_id) is not None
    )


async def empty_old(system: SystemConnection, days: int) -> int:
    """Forget what handled events said, which names people; how many."""
    return await system.execute(SQL.empty_old_payloads, days=days)
