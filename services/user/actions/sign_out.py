"""Sign out: end the sign-in that a refresh token belongs to; an unknown token is no fault."""

from __future__ import annotations

from services.kernel.db import Database
from services.user import repository
from services.user.actions.open_session import hash_of


async def sign_out(database: Database, *, refresh_token: str) -> None:
    """End the token's whole family."""
    async with database.system() as connection:
        await repository.revoke_family_of_token(connection, hash_of(refresh_token))
