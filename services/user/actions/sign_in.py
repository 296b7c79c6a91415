"""Sign in with address and password. An unknown address costs the same and answers the same."""

from __future__ import annotations

from uuid import uuid4

from services.kernel.db import Database, SystemConnection
from services.user import repository
from services.user.actions.open_session import OpenedSession, SessionPolicy, open_session
from services.user.errors import SignInRefused
from services.user.passwords import Passwords
from services.user.repository import Credentials


async def sign_in(
    database: Database,
    passwords: Passwords,
    policy: SessionPolicy,
    *,
    email: str,
    password: str,
    user_agent: str,
) -> OpenedSession:
    """Check the password between two transactions: hashing must not hold a connection."""
    async with database.system() as connection:
        found = await repository.find_credentials(connection, email)
    right = await passwords.matches(found.password_hash if found else None, password)
    if found is None or not right:
        raise SignInRefused
    fresh = await passwords.hash(password) if passwords.is_outdated(found.password_hash) else None
    async with database.system() as connection:
        await _keep_hash_fresh(connection, found, fresh)
        return await open_session(
            connection, policy, found.person, family_id=uuid4(), user_agent=user_agent
        )


async def _keep_hash_fresh(
    connection: SystemConnection, found: Credentials, fresh_hash: str | None
) -> None:
    if fresh_hash is not None:
        await repository.change_password(
            connection, user_id=found.person.id, password_hash=fresh_hash
        )
