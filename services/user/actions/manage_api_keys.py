"""Make, list and revoke one's API keys, as the tenant that one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.contracts import api_keys as format_
from services.kernel.access import Caller
from services.kernel.db import Database
from services.user.actions.manage_sessions import require_open
from services.user.errors import ApiKeyUnknown, TooManyApiKeys
from services.user.repository import api_keys, people
from services.user.repository.api_keys import ApiKey

AT_MOST = 20


@dataclass(frozen=True)
class IssuedKey:
    """A key with its secret, which is shown this once."""

    stored: ApiKey
    key: str


@dataclass(frozen=True)
class ManageApiKeys:
    """Keys of one environment; twenty for each person."""

    database: Database
    environment: Literal["dev", "prod"]

    async def create(self, caller: Caller, name: str) -> IssuedKey:
        """Raises `TooManyApiKeys`, or `SessionEnded` when the sign-in ended meanwhile."""
        key = format_.issue(self.environment)
        prefix = key.rpartition("_")[0]
        async with self.database.tenant(caller.user_id) as connection:
            await people.lock_person(connection, caller.user_id)
            await require_open(connection, caller)
            if await api_keys.count_api_keys(connection, caller.user_id) >= AT_MOST:
                raise TooManyApiKeys(AT_MOST)
            stored = await api_keys.add_api_key(
                connection,
                user_id=caller.user_id,
                prefix=prefix,
                key_hash=format_.hash_of(key),
                name=name,
            )
        return IssuedKey(stored, key)

    async def list(self, caller: Caller) -> Sequence[ApiKey]:
        """Those that work, newest first."""
        async with self.database.tenant(caller.user_id) as connection:
            return await api_keys.list_api_keys(connection, caller.user_id)

    async def revoke(self, caller: Caller, key_id: UUID) -> None:
        """Raises `ApiKeyUnknown`, also for somebody else's."""
        async with self.database.tenant(caller.user_id) as connection:
            if not await api_keys.revoke_api_key(connection, user_id=caller.user_id, key_id=key_id):
                raise ApiKeyUnknown
