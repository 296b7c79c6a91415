"""Renew a session: each refresh token works once, and one used twice ends its whole family.

Two uses of one token mean that somebody else has it too; which of the two is the thief cannot be
known, so both must sign in again. But two tabs of one browser may ask at the same moment, or an
answer may get lost: within a few seconds the same client gets the same successor again, as long
as that was not used. So a thief who is as quick holds the same token as the person, and the next
use of it tells.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database, SystemConnection
from services.kernel.logs import logger
from services.user.actions.open_session import OpenedSession, OpenSession
from services.user.client import Client
from services.user.errors import SessionEnded
from services.user.random_tokens import hash_of, new_token, successor_of
from services.user.repository import people, sessions
from services.user.repository.people import Person
from services.user.repository.sessions import Session

GRACE_SECONDS = 10


@dataclass(frozen=True)
class RefreshSession:
    """Swaps a refresh token for the next one."""

    database: Database
    opening: OpenSession

    async def run(self, refresh_token: str, client: Client) -> OpenedSession:
        """The next session of the family; raises `SessionEnded`."""
        async with self.database.system() as connection:
            token_hash = hash_of(refresh_token)
            await sessions.lock_person(connection, token_hash)
            session = await sessions.lock_session(connection, token_hash, GRACE_SECONDS)
            renewed = (
                await self._renew(connection, session, refresh_token, client) if session else None
            )
        # Outside the transaction: the end of a family must be committed although we refuse.
        if renewed is None:
            raise SessionEnded
        return renewed

    async def _renew(
        self, connection: SystemConnection, session: Session, refresh_token: str, client: Client
    ) -> OpenedSession | None:
        salt = await _salt_of_repeat(connection, session, client) if session.is_revoked else None
        if session.is_revoked and salt is None:
            await sessions.revoke_family(connection, session.family_id)
            logger(__name__).warning("refresh_token_reused", user_id=str(session.user_id))
            return None
        person = await people.find_person(connection, session.user_id)
        if session.is_expired or person is None or person.disabled_at is not None:
            return None
        if salt is not None:
            successor = successor_of(refresh_token, salt)
            return self.opening.show(person, session.family_id, successor)
        return await self._replace(connection, session, person, refresh_token, client)

    async def _replace(
        self,
        connection: SystemConnection,
        session: Session,
        person: Person,
        refresh_token: str,
        client: Client,
    ) -> OpenedSession:
        salt = new_token()
        successor = successor_of(refresh_token, salt)
        replaced_by = await self.opening.record(
            connection, person, session.family_id, client, successor
        )
        await sessions.replace_session(
            connection, session_id=session.id, replaced_by=replaced_by, successor_salt=salt
        )
        return self.opening.show(person, session.family_id, successor)


async def _salt_of_repeat(
    connection: SystemConnection, session: Session, client: Client
) -> str | None:
    """What makes the successor again, when it is the same client, in time, and nobody used it."""
    if not session.is_in_grace or session.user_agent != client.user_agent:
        return None
    if session.replaced_by is None:
        return None
    unused = await sessions.is_session_unused(connection, session.replaced_by)
    return session.successor_salt if unused else None
