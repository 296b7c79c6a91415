"""Try open events again, forget what old ones said."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.payment.actions.apply_event import ApplyEvent
from services.payment.repository import events

BATCH = 50
EVERY_S = 1.0
FORGET_EVERY_S = 3600.0
KEPT_DAYS = 90


@dataclass(frozen=True)
class RetryEvents:
    """Two turns of the background."""

    database: Database
    apply: ApplyEvent

    async def turn(self) -> float:
        """Every open event whose time has come; seconds to rest."""
        async with self.database.system() as system:
            due = await events.list_due(system, self.apply.provider, BATCH)
        for event_id in due:
            await self.apply.run(event_id)
        return 0.0 if len(due) == BATCH else EVERY_S

    async def forget(self) -> float:
        """Payloads name people; what is left tells that an event was there. Seconds to rest."""
        async with self.database.system() as system:
            await events.empty_old(system, KEPT_DAYS)
        return FORGET_EVERY_S
