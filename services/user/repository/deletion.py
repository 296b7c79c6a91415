"""Taking leave: an account closed at once, and later emptied of everything personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import SystemConnection
from services.user.language import Language
from services.user.repository.statements import SQL


@dataclass(frozen=True)
class Leaving:
    """A person whose time has come, locked until the transaction ends."""

    id: UUID
    email: str
    language: Language


async def delete_person(connection: SystemConnection, user_id: UUID) -> datetime | None:
    """Close an account; when, or None when it was closed before."""
    row = await connection.fetch_one(SQL.delete_person, user_id=user_id)
    return row["deleted_at"] if row else None


async def cancel_open_jobs(connection: SystemConnection, user_id: UUID) -> None:
    """Ask that the person's jobs stop; the generation service ends and refunds them."""
    await connection.execute(SQL.cancel_open_jobs, user_id=user_id)


async def claim_person_to_purge(connection: SystemConnection, after_days: int) -> Leaving | None:
    """Somebody who left so long ago."""
    row = await connection.fetch_one(SQL.claim_person_to_purge, after_days=after_days)
    return Leaving(**row) if row else None


async def forget(connection: SystemConnection, person: Leaving) -> None:
    """Keep the account's row, which the ledger needs, and nothing that tells whose it was."""
    for statement in (
        SQL.drop_tokens,
        SQL.forget_sessions,
        SQL.forget_api_keys,
        SQL.forget_identities,
        SQL.forget_jobs,
    ):
        await connection.execute(statement, user_id=person.id)
    await connection.execute(SQL.forget_letters, user_id=person.id, email=person.email)
    await connection.execute(SQL.anonymise_person, user_id=person.id)
