"""See where one is signed in, and end it, as the tenant that one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.kernel.access import Caller
from services.kernel.db import Database, TenantConnection
from services.user.errors import SessionEnded, SessionUnknown
from services.user.repository import people, sessions
from services.user.repository.sessions import SignedInAt

SHOWN_AT_MOST = 100


@dataclass(frozen=True)
class ManageSessions:
    """A sign-in and all its renewals are one session to people."""

    database: Database

    async def list(self, caller: Caller) -> Sequence[SignedInAt]:
        """Those that can be renewed, last used first."""
        async with self.database.tenant(caller.user_id) as connection:
            return await sessions.list_sessions(connection, caller.user_id, SHOWN_AT_MOST)

    async def end(self, caller: Caller, session_id: UUID) -> None:
        """Raises `SessionUnknown`, also for somebody else's."""
        async with self.database.tenant(caller.user_id) as connection:
            await people.lock_person(connection, caller.user_id)
            ended = await sessions.end_session(
                connection, user_id=caller.user_id, family_id=session_id
            )
        if not ended:
            raise SessionUnknown

    async def end_others(self, caller: Caller) -> None:
        """All but the one that asks."""
        async with self.database.tenant(caller.user_id) as connection:
            await people.lock_person(connection, caller.user_id)
            await sessions.end_other_sessions(
                connection, user_id=caller.user_id, family_id=caller.session_id
            )

    async def require_open(self, caller: Caller) -> None:
        """Raises `SessionEnded` for an access token that has outlived its session.

        Tokens of a release that did not name sessions are let through until they expire.
        """
        if caller.session_id is None:
            return
        async with self.database.tenant(caller.user_id) as connection:
            await require_open(connection, caller)


async def require_open(connection: TenantConnection, caller: Caller) -> None:
    """The same within a transaction: under the person's lock it holds until that ends."""
    if caller.session_id is not None and not await sessions.is_session_open(
        connection, user_id=caller.user_id, family_id=caller.session_id
    ):
        raise SessionEnded
