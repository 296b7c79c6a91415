"""Sign in with address and password. An unknown address costs the same and answers the same.

The password is checked while nothing is locked; whoever changes it meanwhile wins: the session is
opened, and an older hash renewed, only under the person's lock and if the hash is still the same.

An account whose address is not verified, closed or leaving is answered like a wrong password too:
anything else would tell a stranger who has signed up.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from services.kernel.db import Database, SystemConnection
from services.user.actions.count_attempts import Attempt, CountAttempts
from services.user.actions.open_session import OpenedSession, OpenSession
from services.user.client import Client
from services.user.errors import SignInRefused
from services.user.passwords import Passwords
from services.user.repository import people
from services.user.repository.people import Account


@dataclass(frozen=True)
class SignIn:
    """Checks the password between transactions: hashing must not hold a connection."""

    database: Database
    passwords: Passwords
    attempts: CountAttempts
    opening: OpenSession
    require_verified_email: bool

    async def run(self, *, email: str, password: str, client: Client) -> OpenedSession:
        """A session of a new family; raises `SignInRefused` or `TooManyAttempts`."""
        attempt = Attempt.at_account(email, client)
        await self.attempts.charge(attempt)
        async with self.database.system() as connection:
            found = await people.find_account_by_email(connection, email)
        right = await self.passwords.matches(found.password_hash if found else "", password)
        if found is None or not right or not self._may_enter(found):
            raise SignInRefused
        outdated = self.passwords.is_outdated(found.password_hash)
        fresh = await self.passwords.hash(password) if outdated else None
        async with self.database.system() as connection:
            held = await self._held(connection, found)
            await self.attempts.forgive(connection, attempt)
            await _keep_hash_fresh(connection, held, fresh)
            return await self.opening.run(connection, held.person, family_id=uuid4(), client=client)

    async def _held(self, connection: SystemConnection, found: Account) -> Account:
        """The account under the person's lock, if it may still be entered by what was found."""
        held = await people.lock_account(connection, found.person.id)
        if held is None or held.password_hash != found.password_hash or not self._may_enter(held):
            raise SignInRefused
        return held

    def _may_enter(self, account: Account) -> bool:
        return account.is_open and (account.is_verified or not self.require_verified_email)


async def _keep_hash_fresh(
    connection: SystemConnection, found: Account, fresh_hash: str | None
) -> None:
    if fresh_hash is not None:
        await people.change_password(connection, user_id=found.person.id, password_hash=fresh_hash)
