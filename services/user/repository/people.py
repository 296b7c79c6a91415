"""Accounts: `Person` is what may be shown of one, `Account` has what proves its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.access import Caller, Role
from services.kernel.db import DatabaseRefused, Row, SystemConnection, TenantConnection
from services.user.language import Language
from services.user.repository.statements import SQL

UNIQUE_VIOLATION = "23505"


@dataclass(frozen=True)
class Person:
    """An account, without its secrets."""

    id: UUID
    email: str
    display_name: str
    language: Language
    role: Role
    tier: str
    email_verified_at: datetime | None
    disabled_at: datetime | None
    created_at: datetime

    def caller(self, session_id: UUID) -> Caller:
        """The person as the one who calls, signed in."""
        return Caller(self.id, self.role, self.tier, session_id=session_id)


@dataclass(frozen=True)
class Account:
    """An account with what proves its owner; it may be on its way to deletion."""

    person: Person
    password_hash: str
    is_deleted: bool

    @property
    def is_open(self) -> bool:
        """Whether anybody may sign in to it at all."""
        return not self.is_deleted and self.person.disabled_at is None

    @property
    def is_verified(self) -> bool:
        """Whether its address is proven."""
        return self.person.email_verified_at is not None


def _person(row: Row) -> Person:
    return Person(**{name: row[name] for name in Person.__dataclass_fields__})


def _account(row: Row | None) -> Account | None:
    if row is None:
        return None
    return Account(_person(row), row["password_hash"], row["deleted_at"] is not None)


async def add_person(
    connection: SystemConnection,
    *,
    email: str,
    password_hash: str,
    display_name: str,
    language: Language,
) -> None:
    """Make an account, unless the address has one: the caller cannot tell which."""
    await connection.execute(
        SQL.add_person,
        email=email,
        password_hash=password_hash,
        display_name=display_name,
        language=language,
    )


async def add_proven_person(
    connection: SystemConnection, *, email: str, display_name: str, language: Language
) -> Person | None:
    """Make an account without a password, of a proven address; None when the address is taken."""
    row = await connection.fetch_one(
        SQL.add_proven_person, email=email, display_name=display_name, language=language
    )
    return _person(row) if row else None


async def find_account_by_email(connection: SystemConnection, email: str) -> Account | None:
    """The account of an address."""
    return _account(await connection.fetch_one(SQL.find_account_by_email, email=email))


async def find_account(connection: SystemConnection, user_id: UUID) -> Account | None:
    """An account by id."""
    return _account(await connection.fetch_one(SQL.find_account, user_id=user_id))


async def lock_person(connection: SystemConnection | TenantConnection, user_id: UUID) -> None:
    """Nobody else opens, renews or ends sign-ins of the person until the transaction ends.

    Before any row is locked or changed, lest two transactions wait for each other.
    """
    await connection.fetch_only(SQL.lock_person, user_id=user_id)


async def lock_account(connection: SystemConnection, user_id: UUID) -> Account | None:
    """An account as it is under the person's lock."""
    await lock_person(connection, user_id)
    return await find_account(connection, user_id)


async def find_person(
    connection: SystemConnection | TenantConnection, user_id: UUID
) -> Person | None:
    """A person by id, unless the account is gone."""
    row = await connection.fetch_one(SQL.find_person, user_id=user_id)
    return _person(row) if row else None


async def change_profile(
    connection: TenantConnection,
    *,
    user_id: UUID,
    display_name: str | None,
    language: Language | None,
) -> Person | None:
    """Change what is given; None when the account is gone."""
    row = await connection.fetch_one(
        SQL.change_profile, user_id=user_id, display_name=display_name, language=language
    )
    return _person(row) if row else None


async def change_password(
    connection: SystemConnection, *, user_id: UUID, password_hash: str
) -> None:
    """Store another hash; an empty one lets no password in."""
    await connection.execute(SQL.change_password, user_id=user_id, password_hash=password_hash)


async def change_email(connection: SystemConnection, *, user_id: UUID, email: str) -> bool:
    """Store another, proven address; False when somebody has it."""
    try:
        await connection.execute(SQL.change_email, user_id=user_id, email=email)
    except DatabaseRefused as refused:
        if refused.sqlstate == UNIQUE_VIOLATION:
            return False
        raise
    return True


async def verify_email(connection: SystemConnection, user_id: UUID) -> None:
    """Remember that the address is proven."""
    await connection.execute(SQL.verify_email, user_id=user_id)


async def appoint_administrator(
    connection: SystemConnection, *, email: str, password_hash: str
) -> UUID:
    """Make or promote the account of an address; its id."""
    row = await connection.fetch_only(
        SQL.appoint_administrator, email=email, password_hash=password_hash
    )
    user_id: UUID = row["id"]
    return user_id


async def list_people(
    connection: SystemConnection,
    *,
    email: str | None,
    role: Role | None,
    tier: str | None,
    before: tuple[datetime | None, UUID | None],
    limit: int,
) -> Sequence[Row]:
    """People, newest first, after a place in the list."""
    return await connection.fetch_all(
        SQL.list_people,
        email=email,
        role=role,
        tier=tier,
        before_at=before[0],
        before_id=before[1],
        limit=limit,
    )


async def administer_person(
    connection: SystemConnection,
    *,
    user_id: UUID,
    role: Role | None,
    tier: str | None,
    disabled: bool | None,
) -> Row | None:
    """Change what is given; None when there is no such account."""
    return await connection.fetch_one(
        SQL.administer_person, user_id=user_id, role=role, tier=tier, disabled=disabled
    )
