"""See by which provider accounts one signs in, and remove one, as the tenant that one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.kernel.access import Caller
from services.kernel.db import Database
from services.user.errors import IdentityUnknown
from services.user.repository import identities
from services.user.repository.identities import Identity


@dataclass(frozen=True)
class ManageIdentities:
    """The last one may go too: a password can always be chosen by mail."""

    database: Database

    async def list(self, caller: Caller) -> Sequence[Identity]:
        """Oldest first."""
        async with self.database.tenant(caller.user_id) as connection:
            return await identities.list_identities(connection, caller.user_id)

    async def remove(self, caller: Caller, identity_id: UUID) -> None:
        """Raises `IdentityUnknown`, also for somebody else's."""
        async with self.database.tenant(caller.user_id) as connection:
            if not await identities.remove_identity(
                connection, user_id=caller.user_id, identity_id=identity_id
            ):
                raise IdentityUnknown
