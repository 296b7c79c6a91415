"""Renew a session: each refresh token works once, and one used twice ends its whole family.

Two uses of one token mean that somebody else has it too; which of the two is the thief cannot be
known, so both must sign in again.
"""

from __future__ import annotations

from services.kernel.db import Database, SystemConnection
from services.user import repository
from services.user.actions.open_session import (
    OpenedSession,
    SessionPolicy,
    hash_of,
    open_session,
)
from services.user.errors import SessionEnded
from services.user.repository import Session


async def refresh_session(
    database: Database, policy: SessionPolicy, *, refresh_token: str, user_agent: str
) -> OpenedSession:
    """Swap a refresh token for a new session; raises `SessionEnded`."""
    async with database.system() as connection:
        session = await repository.lock_session(connection, hash_of(refresh_token))
        renewed = await _renew(connection, policy, session, user_agent) if session else None
    # Outside the transaction: ending a family must be committed although the answer is a refusal.
    if renewed is None:
        raise SessionEnded
    return renewed


async def _renew(
    connection: SystemConnection, policy: SessionPolicy, session: Session, user_agent: str
) -> OpenedSession | None:
    if session.is_revoked:
        await repository.revoke_family(connection, session.family_id)
        return None
    person = await repository.find_person(connection, session.user_id)
    if session.is_expired or person is None:
        return None
    renewed = await open_session(
        connection, policy, person, family_id=session.family_id, user_agent=user_agent
    )
    await repository.replace_session(connection, session_id=session.id, replaced_by=renewed.id)
    return renewed
