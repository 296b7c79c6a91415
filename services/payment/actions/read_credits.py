"""Show a person's accounts and ledger: one's own as the tenant, anyone's to an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.tiers import Tier
from services.kernel.db import Database
from services.kernel.pagination import Paging, cut, decode, whole_number
from services.payment.actions.grant_monthly_credits import GrantMonthlyCredits
from services.payment.errors import PersonUnknown
from services.payment.records import Balance, Entry
from services.payment.repository import ledger

Entries = tuple[Sequence[Entry], str | None]


@dataclass(frozen=True)
class ReadCredits:
    """Raises `PersonUnknown` when the account is gone."""

    database: Database
    monthly: GrantMonthlyCredits

    async def balance(self, user_id: UUID) -> Balance:
        """One's own; gives the free credits of the month first when they are due."""
        found, is_due = await self._own(user_id)
        if is_due and self.monthly.free.monthly_credits:
            await self.monthly.run(user_id)
            found, _ = await self._own(user_id)
        return found

    async def balance_of(self, user_id: UUID) -> Balance:
        """Anyone's."""
        async with self.database.system() as system:
            found = await ledger.read_balance(system, user_id)
        return _there(found)

    async def entries(self, user_id: UUID, paging: Paging) -> Entries:
        """A page of one's own ledger, newest first, and the cursor of the next."""
        (before_id,) = decode(paging.cursor, whole_number)
        async with self.database.tenant(user_id) as tenant:
            rows = await ledger.list_entries(
                tenant, user_id, before_id=before_id, limit=paging.limit + 1
            )
        kept, cursor = cut(rows, paging.limit, "id")
        return [Entry.of(row) for row in kept], cursor

    async def entries_of(self, user_id: UUID, paging: Paging) -> Entries:
        """A page of anyone's ledger."""
        (before_id,) = decode(paging.cursor, whole_number)
        async with self.database.system() as system:
            _there(await ledger.read_balance(system, user_id))
            rows = await ledger.list_entries(
                system, user_id, before_id=before_id, limit=paging.limit + 1
            )
        kept, cursor = cut(rows, paging.limit, "id")
        return [Entry.of(row) for row in kept], cursor

    async def _own(self, user_id: UUID) -> tuple[Balance, bool]:
        async with self.database.tenant(user_id) as tenant:
            found = _there(await ledger.read_balance(tenant, user_id))
            return found, await ledger.is_month_due(tenant, user_id, Tier.FREE)


def _there(found: Balance | None) -> Balance:
    if found is None:
        raise PersonUnknown
    return found
