"""Give credits to a person or take them back, once per key.

The database decides who was first, so two at once do it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database, DatabaseRefused, SystemConnection
from services.kernel.idempotency import require_same
from services.payment.errors import PersonUnknown, TooFewCredits
from services.payment.records import Balance, Entry
from services.payment.repository import ledger

TOO_FEW = "PV001"


@dataclass(frozen=True)
class Gift:
    """What an administrator asks for; a negative amount takes back."""

    user_id: UUID
    amount_credits: int
    reason: str
    idempotency_key: str


@dataclass(frozen=True)
class GrantMade:
    """The ledger's entry and the person's accounts now."""

    entry: Entry
    balance: Balance


@dataclass(frozen=True)
class GrantCredits:
    """The same key with the same values answers with what it made before."""

    database: Database

    async def run(self, gift: Gift, *, actor_id: UUID) -> GrantMade:
        """Raises `PersonUnknown`, `TooFewCredits`, `KeyReused`."""
        try:
            async with self.database.system() as system:
                return await self._make(system, gift, actor_id)
        except DatabaseRefused as refused:
            if refused.sqlstate == TOO_FEW:
                raise TooFewCredits from refused
            raise

    async def _make(self, system: SystemConnection, gift: Gift, actor_id: UUID) -> GrantMade:
        unique_key = f"grant:{gift.idempotency_key}"
        await ledger.add_grant(
            system,
            user_id=gift.user_id,
            amount_credits=gift.amount_credits,
            reason=gift.reason,
            unique_key=unique_key,
            actor_id=actor_id,
        )
        entry = await ledger.find_entry(system, unique_key)
        balance = await ledger.read_balance(system, gift.user_id)
        if entry is None or balance is None:
            raise PersonUnknown
        _require_the_same(entry, gift)
        return GrantMade(entry, balance)


def _require_the_same(entry: Entry, gift: Gift) -> None:
    require_same(
        {"user": entry.user_id, "amount": entry.amount_credits, "reason": entry.reason},
        {"user": gift.user_id, "amount": gift.amount_credits, "reason": gift.reason},
    )
