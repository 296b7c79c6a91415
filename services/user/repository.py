"""What the user service reads and writes: people and sessions, as typed values.

Each function is one statement of `queries.sql`; when and why is decided in `actions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.access import Caller, Role
from services.kernel.db import DatabaseRefused, Row, SystemConnection, TenantConnection
from services.kernel.sql import load
from services.user.errors import EmailTaken

SQL = load(__package__)
UNIQUE_VIOLATION = "23505"


@dataclass(frozen=True)
class Person:
    """An account, without its secrets."""

    id: UUID
    email: str
    display_name: str
    role: Role
    tier: str
    email_verified_at: datetime | None
    created_at: datetime

    def caller(self) -> Caller:
        """The person as the one who calls."""
        return Caller(self.id, self.role, self.tier)


@dataclass(frozen=True)
class Credentials:
    """An account with what proves its owner."""

    person: Person
    password_hash: str


@dataclass(frozen=True)
class Session:
    """A refresh token's row, locked by the transaction that found it."""

    id: UUID
    user_id: UUID
    family_id: UUID
    is_revoked: bool
    is_expired: bool


def _person(row: Row) -> Person:
    return Person(**{name: row[name] for name in Person.__dataclass_fields__})


async def add_person(
    connection: SystemConnection, *, email: str, password_hash: str, display_name: str
) -> Person:
    """Make an account; raises `EmailTaken`."""
    try:
        row = await connection.fetch_only(
            SQL.add_person, email=email, password_hash=password_hash, display_name=display_name
        )
    except DatabaseRefused as refused:
        if refused.sqlstate == UNIQUE_VIOLATION:
            raise EmailTaken from None
        raise
    return _person(row)


async def find_credentials(connection: SystemConnection, email: str) -> Credentials | None:
    """The account of an address, unless it is gone."""
    row = await connection.fetch_one(SQL.find_person_by_email, email=email)
    return Credentials(_person(row), row["password_hash"]) if row else None


async def find_person(
    connection: SystemConnection | TenantConnection, user_id: UUID
) -> Person | None:
    """An account by id, unless it is gone."""
    row = await connection.fetch_one(SQL.find_person, user_id=user_id)
    return _person(row) if row else None


async def change_password(
    connection: SystemConnection, *, user_id: UUID, password_hash: str
) -> None:
    """Store another hash."""
    await connection.execute(SQL.change_password, user_id=user_id, password_hash=password_hash)


async def appoint_administrator(
    connection: SystemConnection, *, email: str, password_hash: str
) -> UUID:
    """Make or promote the account of an address; its id."""
    row = await connection.fetch_only(
        SQL.appoint_administrator, email=email, password_hash=password_hash
    )
    user_id: UUID = row["id"]
    return user_id


async def add_session(
    connection: SystemConnection,
    *,
    user_id: UUID,
    family_id: UUID,
    refresh_token_hash: str,
    lifetime_seconds: int,
    user_agent: str,
) -> UUID:
    """Record a refresh token; the session's id."""
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


async def lock_session(connection: SystemConnection, refresh_token_hash: str) -> Session | None:
    """The session of a refresh token, locked until the transaction ends."""
    row = await connection.fetch_one(SQL.lock_session, refresh_token_hash=refresh_token_hash)
    return Session(**row) if row else None


async def replace_session(
    connection: SystemConnection, *, session_id: UUID, replaced_by: UUID
) -> None:
    """Mark a refresh token as used."""
    await connection.execute(SQL.replace_session, session_id=session_id, replaced_by=replaced_by)


async def revoke_family(connection: SystemConnection, family_id: UUID) -> None:
    """End every session of one sign-in."""
    await connection.execute(SQL.revoke_family, family_id=family_id)


async def revoke_family_of_token(connection: SystemConnection, refresh_token_hash: str) -> None:
    """End every session of the sign-in that a refresh token belongs to."""
    await connection.execute(SQL.revoke_family_of_token, refresh_token_hash=refresh_token_hash)


async def revoke_all_sessions(connection: SystemConnection, user_id: UUID) -> None:
    """End every session of a person."""
    await connection.execute(SQL.revoke_all_sessions, user_id=user_id)
