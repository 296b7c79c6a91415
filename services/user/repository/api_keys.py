"""API keys of a person, as the tenant that the person is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import SystemConnection, TenantConnection
from services.user.repository.statements import SQL


@dataclass(frozen=True)
class ApiKey:
    """A key without its secret; `prefix` is the part that may be shown."""

    id: UUID
    prefix: str
    name: str
    last_used_at: datetime | None
    created_at: datetime


async def count_api_keys(connection: TenantConnection, user_id: UUID) -> int:
    """How many keys the person has."""
    row = await connection.fetch_only(SQL.count_api_keys, user_id=user_id)
    return int(row["live"])


async def add_api_key(
    connection: TenantConnection, *, user_id: UUID, prefix: str, key_hash: str, name: str
) -> ApiKey:
    """Record a key."""
    row = await connection.fetch_only(
        SQL.add_api_key, user_id=user_id, prefix=prefix, key_hash=key_hash, name=name
    )
    return ApiKey(**row)


async def list_api_keys(connection: TenantConnection, user_id: UUID) -> list[ApiKey]:
    """The person's keys that work, newest first."""
    return [ApiKey(**row) for row in await connection.fetch_all(SQL.list_api_keys, user_id=user_id)]


async def revoke_api_key(connection: TenantConnection, *, user_id: UUID, key_id: UUID) -> bool:
    """End a key; False when the person has none of that id."""
    return await connection.execute(SQL.revoke_api_key, user_id=user_id, key_id=key_id) > 0


async def revoke_all_api_keys(connection: SystemConnection, user_id: UUID) -> None:
    """End every key of a person."""
    await connection.execute(SQL.revoke_all_api_keys, user_id=user_id)
