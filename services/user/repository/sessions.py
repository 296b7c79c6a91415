"""Sessions: one row for each refresh token; a family is one sign-in and all its renewals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import SystemConnection, TenantConnection
from services.user.repository.statements import SQL


@dataclass(frozen=True)
class Session:
    """A refresh token's row, locked by the transaction that found it."""

    id: UUID
    user_id: UUID
    family_id: UUID
    is_revoked: bool
    is_expired: bool
    user_agent: str
    replaced_by: UUID | None
    successor_salt: str | None
    is_in_grace: bool


@dataclass(frozen=True)
class SignedInAt:
    """A sign-in that can be renewed, as its person sees it."""

    id: UUID
    signed_in_at: datetime
    renewed_at: datetime
    expires_at: datetime
    user_agent: str


async def add_session(
    connection: SystemConnection,
    *,
    user_id: UUID,
    family_id: UUID,
    refresh_token_hash: str,
    lifetime_seconds: int,
    user_agent: str,
) -> UUID:
    """Record a refresh token; the row's id."""
    row = await connection.fetch_only(
        SQL.add_session,
        user_id=user_id,
        family_id=family_id,
        refresh_token_hash=refresh_token_hash,
        lifetime_seconds=lifetime_seconds,
        user_agent=user_agent,
    )
    session_id: UUID = row["id"]
    return session_id


async def lock_person(connection: SystemConnection, refresh_token_hash: str) -> None:
    """Take the lock of the person whose refresh token it is, if it is anybody's."""
    await connection.fetch_one(SQL.lock_person_of_session, refresh_token_hash=refresh_token_hash)


async def lock_session(
    connection: SystemConnection, refresh_token_hash: str, grace_seconds: float
) -> Session | None:
    """The session of a refresh token, locked until the transaction ends."""
    row = await connection.fetch_one(
        SQL.lock_session, refresh_token_hash=refresh_token_hash, grace_seconds=grace_seconds
    )
    return Session(**row) if row else None


async def is_session_unused(connection: SystemConnection, session_id: UUID) -> bool:
    """Whether the refresh token of a row can still be used."""
    row = await connection.fetch_one(SQL.is_session_unused, session_id=session_id)
    return row is not None and bool(row["is_unused"])


async def replace_session(
    connection: SystemConnection, *, session_id: UUID, replaced_by: UUID, successor_salt: str
) -> None:
    """Mark a refresh token as used."""
    await connection.execute(
        SQL.replace_session,
        session_id=session_id,
        replaced_by=replaced_by,
        successor_salt=successor_salt,
    )


async def revoke_family(connection: SystemConnection, family_id: UUID) -> None:
    """End every session of one sign-in, under the person's lock, as all that follow."""
    await connection.execute(SQL.revoke_family, family_id=family_id)


async def revoke_family_of_token(connection: SystemConnection, refresh_token_hash: str) -> None:
    """End every session of the sign-in that a refresh token belongs to."""
    await connection.execute(SQL.revoke_family_of_token, refresh_token_hash=refresh_token_hash)


async def revoke_all_sessions(connection: SystemConnection, user_id: UUID) -> None:
    """End every session of a person."""
    await connection.execute(SQL.revoke_all_sessions, user_id=user_id)


async def list_sessions(
    connection: TenantConnection, user_id: UUID, limit: int
) -> list[SignedInAt]:
    """The sign-ins of a person that can be renewed, last used first."""
    rows = await connection.fetch_all(SQL.list_sessions, user_id=user_id, limit=limit)
    return [SignedInAt(**row) for row in rows]


async def end_session(connection: TenantConnection, *, user_id: UUID, family_id: UUID) -> bool:
    """End one of the person's sign-ins; False when there is none."""
    ended = await connection.execute(SQL.end_session, user_id=user_id, family_id=family_id)
    return ended > 0


async def end_other_sessions(
    connection: TenantConnection | SystemConnection, *, user_id: UUID, family_id: UUID | None
) -> None:
    """End all sign-ins of the person but this one."""
    await connection.execute(SQL.end_other_sessions, user_id=user_id, family_id=family_id)


async def is_session_open(connection: TenantConnection, *, user_id: UUID, family_id: UUID) -> bool:
    """Whether the sign-in behind an access token is still good, and its account too."""
    row = await connection.fetch_only(SQL.is_session_open, user_id=user_id, family_id=family_id)
    return bool(row["is_open"])
