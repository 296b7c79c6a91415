"""Read one's own balance."""

from __future__ import annotations

from uuid import UUID

from services.kernel.db import Database
from services.payment import repository
from services.payment.errors import PersonUnknown


async def read_balance(database: Database, user_id: UUID) -> int:
    """Credits to spend; raises `PersonUnknown` when the account is gone."""
    async with database.tenant(user_id) as connection:
        balance = await repository.read_balance(connection, user_id)
    if balance is None:
        raise PersonUnknown
    return balance
