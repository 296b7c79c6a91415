"""The free tier's credits of a month, once per person and month.

They are given to people whose e-mail is verified: to one who looks at the balance at once, to all
others by the background within the hour. The ledger's key names the month, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.contracts.tiers import Tier, TierTerms
from services.kernel.db import Database
from services.payment.repository import ledger

BATCH = 500
EVERY_S = 3600.0


@dataclass(frozen=True)
class GrantMonthlyCredits:
    """A person who has them already gets nothing."""

    database: Database
    free: TierTerms

    async def run(self, user_id: UUID) -> None:
        """For one person."""
        await self._grant(user_id)

    async def turn(self) -> float:
        """For everybody who lacks them; seconds to rest."""
        while self.free.monthly_credits and await self._grant(None) == BATCH:
            pass
        return EVERY_S

    async def _grant(self, user_id: UUID | None) -> int:
        async with self.database.system() as system:
            return await ledger.add_month(
                system,
                tier=Tier.FREE,
                credits_=self.free.monthly_credits,
                user_id=user_id,
                limit=BATCH,
            )
