"""Make an address an administrator's: creates the account or promotes it; repeating is harmless."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.user import repository
from services.user.passwords import Passwords
from services.user.repository import Credentials


@dataclass(frozen=True)
class Appointment:
    """Whose account it is, and whether it is new."""

    id: UUID
    created: bool


async def appoint_administrator(
    database: Database, passwords: Passwords, *, email: str, password: str
) -> Appointment:
    """Set role and password; another password than before ends the account's sessions."""
    async with database.system() as connection:
        before = await repository.find_credentials(connection, email)
    if before is not None and await _is_settled(before, passwords, password):
        return Appointment(before.person.id, created=False)
    password_hash = await passwords.hash(password)
    async with database.system() as connection:
        user_id = await repository.appoint_administrator(
            connection, email=email, password_hash=password_hash
        )
        await repository.revoke_all_sessions(connection, user_id)
    return Appointment(user_id, created=before is None)


async def _is_settled(before: Credentials, passwords: Passwords, password: str) -> bool:
    matches = await passwords.matches(before.password_hash, password)
    return matches and before.person.role == "admin"
