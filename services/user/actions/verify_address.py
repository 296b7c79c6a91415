"""Prove an address with the token that was mailed to it.

Of several sign-ups with one address, the one whose mail is answered is the owner's: its password
counts from then on, and who came in by another is shut out.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database, SystemConnection
from services.user.actions.shut_out import shut_out
from services.user.errors import TokenInvalid
from services.user.random_tokens import hash_of
from services.user.repository import letters, people
from services.user.repository.letters import MailedToken


@dataclass(frozen=True)
class VerifyAddress:
    """Works once for each token."""

    database: Database

    async def run(self, token: str) -> None:
        """Raises `TokenInvalid`."""
        async with self.database.system() as connection:
            proof = await letters.take_token(connection, hash_of(token), "verify_address")
            is_done = proof is not None and await self._settle(connection, proof)
        if not is_done:
            raise TokenInvalid

    async def _settle(self, connection: SystemConnection, proof: MailedToken) -> bool:
        account = await people.find_account(connection, proof.user_id)
        if account is None or not account.is_open or account.person.email != proof.email:
            return False
        if account.is_verified:  # a token that was made in the very moment of the proof
            return False
        if proof.password_hash and proof.password_hash != account.password_hash:
            await shut_out(connection, proof.user_id)
            await people.change_password(
                connection, user_id=proof.user_id, password_hash=proof.password_hash
            )
        await people.verify_email(connection, proof.user_id)
        await letters.void_tokens(connection, proof.user_id)
        return True
