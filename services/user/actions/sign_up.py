"""Sign up: a new account with no credits, signed in at once."""

from __future__ import annotations

from uuid import uuid4

from services.kernel.db import Database
from services.user import repository
from services.user.actions.open_session import OpenedSession, SessionPolicy, open_session
from services.user.passwords import Passwords


async def sign_up(
    database: Database,
    passwords: Passwords,
    policy: SessionPolicy,
    *,
    email: str,
    password: str,
    display_name: str,
    user_agent: str,
) -> OpenedSession:
    """Make the account and its first session in one transaction; raises `EmailTaken`."""
    password_hash = await passwords.hash(password)
    async with database.system() as connection:
        person = await repository.add_person(
            connection, email=email, password_hash=password_hash, display_name=display_name
        )
        return await open_session(
            connection, policy, person, family_id=uuid4(), user_agent=user_agent
        )
