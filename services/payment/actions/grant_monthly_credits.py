"""The free tier's credits of a month, once per person and month.

They are given to people whose e-mail is verified: within a second or two after they proved it, to
everybody when a month begins, and to one who looks at the balance at once. The ledger's key names
the month, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.contracts.tiers import Tier, TierTerms
from services.kernel.db import Database
from services.payment.repository import ledger

BATCH = 500
EVERY_S = 3600.0
VERIFIED_EVERY_S = 1.0
VERIFIED_WITHIN_S = 600.0
"""What an outage longer than this leaves behind is given within the hour."""
AFTER_MONTHS_BEGIN_S = 0.5


@dataclass(frozen=True)
class GrantMonthlyCredits:
    """A person who has them already gets nothing."""

    database: Database
    free: TierTerms

    async def run(self, user_id: UUID) -> None:
        """For one person."""
        async with self.database.system() as system:
            await ledger.add_month(
                system, tier=Tier.FREE, credits_=self.free.monthly_credits, user_id=user_id
            )

    async def verified(self) -> float:
        """For those who proved their address just now; seconds to rest."""
        if self.free.monthly_credits:
            async with self.database.system() as system:
                await ledger.add_month_to_verified(
                    system,
                    tier=Tier.FREE,
                    credits_=self.free.monthly_credits,
                    since_s=VERIFIED_WITHIN_S,
                )
        return VERIFIED_EVERY_S

    async def turn(self) -> float:
        """For everybody who lacks them; seconds to rest: an hour, or until the next month."""
        async with self.database.system() as system:
            rest_s = await ledger.read_rest_of_month(system)
        after = await self._grant(None) if self.free.monthly_credits else None
        while after is not None:
            after = await self._grant(after)
        return min(EVERY_S, rest_s + AFTER_MONTHS_BEGIN_S)

    async def _grant(self, after: UUID | None) -> UUID | None:
        async with self.database.system() as system:
            return await ledger.add_month_after(
                system,
                tier=Tier.FREE,
                credits_=self.free.monthly_credits,
                after=after,
                limit=BATCH,
            )
