"""Sign out: end the sign-in that a refresh token belongs to; an unknown token is no fault."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.user.random_tokens import hash_of
from services.user.repository import sessions


@dataclass(frozen=True)
class SignOut:
    """Ends the token's whole family."""

    database: Database

    async def run(self, refresh_token: str) -> None:
        """End it; the same again changes nothing."""
        async with self.database.system() as connection:
            token_hash = hash_of(refresh_token)
            await sessions.lock_person(connection, token_hash)
            await sessions.revoke_family_of_token(connection, token_hash)
