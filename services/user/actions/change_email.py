"""Change one's address: the password is asked for, and the new address must be proven first.

Nobody learns whether the new address has an account; its owner is told, as with a sign-up.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database, SystemConnection
from services.user.actions.confirm_password import ConfirmPassword
from services.user.client import Client
from services.user.errors import TokenInvalid
from services.user.random_tokens import hash_of
from services.user.repository import letters, people
from services.user.repository.letters import Letter, MailedToken

MAILS_AN_HOUR = 5


@dataclass(frozen=True)
class ChangeEmail:
    """`request` has a mail sent to the new address, `confirm` takes the token that it brings."""

    database: Database
    password: ConfirmPassword

    async def request(self, caller: Caller, *, email: str, password: str, client: Client) -> None:
        """Raises what `ConfirmPassword` raises."""
        account = await self.password.run(caller.user_id, password, client)
        letter = Letter("change_address", email, account.person.language, caller.user_id)
        async with self.database.system() as connection:
            await self.password.hold(connection, account)
            await letters.add_letter(connection, letter, hourly_at_most=MAILS_AN_HOUR)

    async def confirm(self, token: str) -> None:
        """Raises `TokenInvalid`, also when somebody else has taken the address meanwhile."""
        async with self.database.system() as connection:
            proof = await letters.take_token(connection, hash_of(token), "change_address")
            if proof is None or not await self._settle(connection, proof):
                raise TokenInvalid

    async def _settle(self, connection: SystemConnection, proof: MailedToken) -> bool:
        account = await people.find_account(connection, proof.user_id)
        if account is None or not account.is_open:
            return False
        if not await people.change_email(connection, user_id=proof.user_id, email=proof.email):
            return False
        await letters.void_tokens(connection, proof.user_id)
        before = account.person
        await letters.add_letter(
            connection, Letter("address_changed", before.email, before.language, before.id)
        )
        return True
