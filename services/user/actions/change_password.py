"""Change one's password: the old one is asked for, and every other sign-in ends."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database
from services.user.actions.confirm_password import ConfirmPassword
from services.user.client import Client
from services.user.passwords import Passwords
from services.user.repository import letters, people, sessions
from services.user.repository.letters import Letter


@dataclass(frozen=True)
class ChangePassword:
    """The sign-in that does it goes on."""

    database: Database
    passwords: Passwords
    confirm: ConfirmPassword

    async def run(self, caller: Caller, *, old: str, new: str, client: Client) -> None:
        """Raises what `ConfirmPassword` raises."""
        account = await self.confirm.run(caller.user_id, old, client)
        password_hash = await self.passwords.hash(new)
        async with self.database.system() as connection:
            await self.confirm.hold(connection, account)
            await people.change_password(
                connection, user_id=caller.user_id, password_hash=password_hash
            )
            await sessions.end_other_sessions(
                connection, user_id=caller.user_id, family_id=caller.session_id
            )
            await letters.void_tokens(connection, caller.user_id)
            person = account.person
            await letters.add_letter(
                connection, Letter("password_changed", person.email, person.language, person.id)
            )
