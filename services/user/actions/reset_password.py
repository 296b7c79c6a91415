"""Choose a new password with the token that was mailed: all sessions end, the address is proven."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database, SystemConnection
from services.user.actions.shut_out import shut_out
from services.user.errors import TokenInvalid
from services.user.passwords import Passwords
from services.user.random_tokens import hash_of
from services.user.repository import letters, people, sessions
from services.user.repository.letters import Letter


@dataclass(frozen=True)
class ResetPassword:
    """Works once for each token; nothing is hashed for a token that is none."""

    database: Database
    passwords: Passwords

    async def run(self, token: str, password: str) -> None:
        """Raises `TokenInvalid`."""
        token_hash = hash_of(token)
        async with self.database.system() as connection:
            if not await letters.is_token_known(connection, token_hash, "reset_password"):
                raise TokenInvalid
        password_hash = await self.passwords.hash(password)
        async with self.database.system() as connection:
            is_done = await self._settle(connection, token_hash, password_hash)
        if not is_done:
            raise TokenInvalid

    async def _settle(
        self, connection: SystemConnection, token_hash: str, password_hash: str
    ) -> bool:
        proof = await letters.take_token(connection, token_hash, "reset_password")
        account = await people.find_account(connection, proof.user_id) if proof else None
        if proof is None or account is None or account.person.email != proof.email:
            return False
        if not account.is_open:
            return False
        if account.is_verified:
            await sessions.revoke_all_sessions(connection, proof.user_id)
        else:
            await shut_out(connection, proof.user_id)
        await people.change_password(connection, user_id=proof.user_id, password_hash=password_hash)
        await people.verify_email(connection, proof.user_id)
        await letters.void_tokens(connection, proof.user_id)
        person = account.person
        await letters.add_letter(
            connection, Letter("password_changed", person.email, person.language, person.id)
        )
        return True
