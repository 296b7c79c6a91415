"""Ask a signed-in person for the password again, before something that a thief would do first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database, SystemConnection
from services.user.actions.count_attempts import Attempt, CountAttempts
from services.user.client import Client
from services.user.errors import PasswordWrong, PersonUnknown
from services.user.passwords import Passwords
from services.user.repository import people
from services.user.repository.people import Account


@dataclass(frozen=True)
class ConfirmPassword:
    """Guessing here counts like guessing at the sign-in."""

    database: Database
    passwords: Passwords
    attempts: CountAttempts

    async def run(self, user_id: UUID, password: str, client: Client) -> Account:
        """The account; raises `PasswordWrong`, `PersonUnknown` or `TooManyAttempts`."""
        async with self.database.system() as connection:
            account = await people.find_account(connection, user_id)
        if account is None or not account.is_open:
            raise PersonUnknown
        attempt = Attempt.at_account(account.person.email, client)
        await self.attempts.charge(attempt)
        if not await self.passwords.matches(account.password_hash, password):
            raise PasswordWrong
        async with self.database.system() as connection:
            await self.attempts.forgive(connection, attempt)
        return account

    async def hold(self, connection: SystemConnection, confirmed: Account) -> None:
        """Take the person's lock; raises `PasswordWrong` when the password changed meanwhile."""
        account = await people.lock_account(connection, confirmed.person.id)
        if account is None or not account.is_open:
            raise PersonUnknown
        if account.password_hash != confirmed.password_hash:
            raise PasswordWrong
