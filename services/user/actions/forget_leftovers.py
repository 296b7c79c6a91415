"""Delete what has expired: sessions, tokens, letters, counts, sign-ins never finished."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.user.repository import leftovers


@dataclass(frozen=True)
class ForgetLeftovers:
    """A bounded part at a time."""

    database: Database

    async def run(self) -> bool:
        """Whether there is more to do."""
        async with self.database.system() as connection:
            forgotten = await leftovers.forget_leftovers(connection)
        return forgotten >= leftovers.AT_ONCE
