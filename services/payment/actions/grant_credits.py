"""Grant credits, once per key. The database decides who was first, so two at once grant once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.kernel.idempotency import require_same
from services.payment import repository
from services.payment.errors import PersonUnknown
from services.payment.repository import Entry


@dataclass(frozen=True)
class Gift:
    """What an administrator asks for."""

    user_id: UUID
    amount_credits: int
    reason: str
    idempotency_key: str


@dataclass(frozen=True)
class GrantMade:
    """The ledger's entry and the person's balance after it."""

    entry: Entry
    user_id: UUID
    balance_credits: int


async def grant_credits(database: Database, gift: Gift, *, actor_id: UUID) -> GrantMade:
    """Grant, or find the grant that the key made before; raises `PersonUnknown`."""
    unique_key = f"grant:{gift.idempotency_key}"
    async with database.system() as connection:
        await repository.add_grant(
            connection,
            user_id=gift.user_id,
            amount_credits=gift.amount_credits,
            reason=gift.reason,
            unique_key=unique_key,
            actor_id=actor_id,
        )
        entry = await repository.find_grant(connection, unique_key)
        if entry is None:
            raise PersonUnknown
        _require_the_same(entry, gift)
        balance = await repository.read_balance(connection, gift.user_id)
    return GrantMade(entry, gift.user_id, balance or 0)


def _require_the_same(entry: Entry, gift: Gift) -> None:
    require_same(
        {"user": entry.user_id, "amount": entry.amount_credits, "reason": entry.reason},
        {"user": gift.user_id, "amount": gift.amount_credits, "reason": gift.reason},
    )
