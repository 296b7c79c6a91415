"""What administrators do with accounts: find them, change role or tier, disable and enable.

Every change is a line in the log: who did what to whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel import pagination
from services.kernel.access import Caller, Role
from services.kernel.db import Database, Row
from services.kernel.logs import logger
from services.kernel.pagination import Paging
from services.user.errors import OwnAccount, PersonUnknown
from services.user.repository import api_keys, people, sessions


@dataclass(frozen=True)
class Wanted:
    """Whom to find; None: any."""

    email: str | None = None
    role: Role | None = None
    tier: str | None = None


@dataclass(frozen=True)
class Change:
    """What to change; None: leave it."""

    role: Role | None = None
    tier: str | None = None
    disabled: bool | None = None

    def told(self) -> dict[str, object]:
        """What changes, for the log."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class AdministerPeople:
    """As the system: it sees everybody."""

    database: Database

    async def find(self, wanted: Wanted, paging: Paging) -> tuple[Sequence[Row], str | None]:
        """A page of people, newest first, and the cursor of the next."""
        before = pagination.decode(paging.cursor, datetime.fromisoformat, UUID)
        async with self.database.system() as connection:
            rows = await people.list_people(
                connection,
                email=wanted.email,
                role=wanted.role,
                tier=wanted.tier,
                before=(before[0], before[1]),
                limit=paging.limit + 1,
            )
        return pagination.cut(rows, paging.limit, "created_at", "id")

    async def change(self, admin: Caller, user_id: UUID, change: Change) -> Row:
        """The account as it is then; raises `PersonUnknown` or `OwnAccount`.

        Who is disabled loses all sessions and API keys, who changes role all sessions.
        """
        if user_id == admin.user_id and (change.disabled or change.role == "user"):
            raise OwnAccount
        async with self.database.system() as connection:
            await people.lock_person(connection, user_id)
            row = await people.administer_person(
                connection,
                user_id=user_id,
                role=change.role,
                tier=change.tier,
                disabled=change.disabled,
            )
            if row is None:
                raise PersonUnknown
            if change.disabled:
                await api_keys.revoke_all_api_keys(connection, user_id)
            if change.disabled or (change.role and user_id != admin.user_id):
                await sessions.revoke_all_sessions(connection, user_id)
        if change.told():
            logger("audit").info(
                "person_administered",
                actor_id=str(admin.user_id),
                user_id=str(user_id),
                changed=change.told(),
            )
        return row
