"""Show webhooks to administrators, and try one again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.kernel.db import Database
from services.kernel.pagination import Paging, cut, decode
from services.payment.actions.apply_event import ApplyEvent
from services.payment.errors import EventNotFound
from services.payment.outcomes import Outcome
from services.payment.records import StoredEvent
from services.payment.repository import events

EVENT_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ReadEvents:
    """Newest first."""

    database: Database
    apply: ApplyEvent

    async def page(
        self, paging: Paging, *, open_only: bool
    ) -> tuple[Sequence[StoredEvent], str | None]:
        """All, or those that wait or were given up; and the cursor of the next page."""
        before_at, before_id = decode(paging.cursor, datetime.fromisoformat, _event_id)
        async with self.database.system() as system:
            rows = await events.list_all(
                system,
                self.apply.provider,
                open_only=open_only,
                before_at=before_at,
                before_id=before_id,
                limit=paging.limit + 1,
            )
        kept, cursor = cut(rows, paging.limit, "received_at", "event_id")
        return [StoredEvent.of(row) for row in kept], cursor

    async def again(self, event_id: str) -> Outcome:
        """Raises `EventNotFound` when it had its effect, or there is no such one."""
        async with self.database.system() as system:
            if not await events.reopen(system, self.apply.provider, event_id):
                raise EventNotFound
        return await self.apply.run(event_id)


def _event_id(text: str) -> str:
    if not EVENT_ID.fullmatch(text):
        raise ValueError("not an event's id")
    return text
