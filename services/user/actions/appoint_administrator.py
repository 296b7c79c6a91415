"""Make an address an administrator's: creates the account or promotes it; repeating is harmless."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.user.actions.shut_out import shut_out
from services.user.passwords import Passwords
from services.user.repository import people
from services.user.repository.people import Account


@dataclass(frozen=True)
class Appointment:
    """Whose account it is, and whether it is new."""

    id: UUID
    created: bool


@dataclass(frozen=True)
class AppointAdministrator:
    """Another password or role than before shuts out everybody who was in the account."""

    database: Database
    passwords: Passwords

    async def run(self, email: str, password: str) -> Appointment:
        """Set role and password; the address counts as proven."""
        async with self.database.system() as connection:
            before = await people.find_account_by_email(connection, email)
        if before is not None and await self._is_settled(before, password):
            return Appointment(before.person.id, created=False)
        password_hash = await self.passwords.hash(password)
        async with self.database.system() as connection:
            if before is not None:
                await people.lock_person(connection, before.person.id)
            user_id = await people.appoint_administrator(
                connection, email=email, password_hash=password_hash
            )
            await people.lock_person(connection, user_id)  # of one who signed up meanwhile
            await shut_out(connection, user_id)
        return Appointment(user_id, created=before is None)

    async def _is_settled(self, before: Account, password: str) -> bool:
        matches = await self.passwords.matches(before.password_hash, password)
        is_open = before.is_open and before.is_verified
        return matches and is_open and before.person.role == "admin"
