"""Leave: the account is closed at once, and emptied of everything personal after a while.

Sessions, API keys and mailed tokens end with the account; an access token may live for its last
minutes. Jobs that wait or run are asked to stop, which gives their price back. The row of the
account stays, because the ledger refers to it, but it will not tell whose it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.logs import logger
from services.user.actions.confirm_password import ConfirmPassword
from services.user.client import Client
from services.user.errors import PersonUnknown
from services.user.repository import api_keys, deletion, letters, sessions
from services.user.repository.letters import Letter


@dataclass(frozen=True)
class DeleteAccount:
    """Asks for the password again."""

    database: Database
    confirm: ConfirmPassword
    purge_after_days: int

    async def run(self, caller: Caller, password: str, client: Client) -> datetime:
        """When the data will be gone; raises what `ConfirmPassword` raises."""
        account = await self.confirm.run(caller.user_id, password, client)
        person = account.person
        async with self.database.system() as connection:
            await self.confirm.hold(connection, account)
            deleted_at = await deletion.delete_person(connection, person.id)
            if deleted_at is None:
                raise PersonUnknown
            await sessions.revoke_all_sessions(connection, person.id)
            await api_keys.revoke_all_api_keys(connection, person.id)
            await letters.void_tokens(connection, person.id)
            await deletion.cancel_open_jobs(connection, person.id)
            await letters.add_letter(
                connection, Letter("account_leaving", person.email, person.language, person.id)
            )
        logger(__name__).info("account_closed", user_id=str(person.id))
        return deleted_at + timedelta(days=self.purge_after_days)


@dataclass(frozen=True)
class PurgeAccounts:
    """Empties accounts whose time has come, one at a time."""

    database: Database
    after_days: int

    async def run(self) -> bool:
        """Whether there was one."""
        async with self.database.system() as connection:
            leaving = await deletion.claim_person_to_purge(connection, self.after_days)
            if leaving is None:
                return False
            await deletion.forget(connection, leaving)
            await letters.add_letter(
                connection, Letter("account_deleted", leaving.email, leaving.language)
            )
        logger(__name__).info("account_purged", user_id=str(leaving.id))
        return True
