"""Accounts at providers, and sign-ins by way of a provider that have begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import SystemConnection, TenantConnection
from services.user.repository.statements import SQL


@dataclass(frozen=True)
class Identity:
    """An account at a provider that its person signs in with."""

    id: UUID
    provider: str
    email: str
    last_used_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class Begun:
    """What was agreed when a browser was sent to the provider; handed out once."""

    nonce: str
    code_verifier: str
    return_to: str


async def find_identity(
    connection: SystemConnection, *, provider: str, subject: str
) -> UUID | None:
    """Whose account at a provider this is."""
    row = await connection.fetch_one(SQL.find_identity, provider=provider, subject=subject)
    return row["user_id"] if row else None


async def add_identity(
    connection: SystemConnection, *, user_id: UUID, provider: str, subject: str, email: str
) -> None:
    """Remember that a person signs in with it."""
    await connection.execute(
        SQL.add_identity, user_id=user_id, provider=provider, subject=subject, email=email
    )


async def list_identities(connection: TenantConnection, user_id: UUID) -> list[Identity]:
    """The person's, oldest first."""
    rows = await connection.fetch_all(SQL.list_identities, user_id=user_id)
    return [Identity(**row) for row in rows]


async def remove_identity(
    connection: TenantConnection, *, user_id: UUID, identity_id: UUID
) -> bool:
    """Do not sign in with it any more; False when the person has none of that id."""
    removed = await connection.execute(
        SQL.remove_identity, user_id=user_id, identity_id=identity_id
    )
    return removed > 0


async def forget_identities(connection: SystemConnection, user_id: UUID) -> None:
    """Remove every one of a person, and what they opened and nobody redeemed yet."""
    await connection.execute(SQL.forget_identities, user_id=user_id)
    await connection.execute(SQL.forget_provider_sign_ins, user_id=user_id)


async def begin_provider_sign_in(
    connection: SystemConnection,
    *,
    state_hash: str,
    browser_hash: str,
    provider: str,
    begun: Begun,
    lifetime_seconds: int,
) -> None:
    """Remember what a browser took to the provider."""
    await connection.execute(
        SQL.begin_provider_sign_in,
        state_hash=state_hash,
        browser_hash=browser_hash,
        provider=provider,
        nonce=begun.nonce,
        code_verifier=begun.code_verifier,
        return_to=begun.return_to,
        lifetime_seconds=lifetime_seconds,
    )


async def take_provider_sign_in(
    connection: SystemConnection, *, state_hash: str, browser_hash: str, provider: str
) -> Begun | None:
    """What this browser took to this provider; None when it did not, or came back before."""
    row = await connection.fetch_one(
        SQL.take_provider_sign_in,
        state_hash=state_hash,
        browser_hash=browser_hash,
        provider=provider,
    )
    return Begun(**row) if row else None


async def complete_provider_sign_in(
    connection: SystemConnection,
    *,
    state_hash: str,
    user_id: UUID,
    code_hash: str,
    lifetime_seconds: int,
) -> None:
    """Remember who it was, for the one who brings the code."""
    await connection.execute(
        SQL.complete_provider_sign_in,
        state_hash=state_hash,
        user_id=user_id,
        code_hash=code_hash,
        lifetime_seconds=lifetime_seconds,
    )


async def redeem_provider_sign_in(
    connection: SystemConnection, *, code_hash: str, browser_hash: str
) -> UUID | None:
    """Who signed in with this browser; works once. Takes the person's lock."""
    await connection.fetch_one(SQL.lock_person_of_code, code_hash=code_hash)
    row = await connection.fetch_one(
        SQL.redeem_provider_sign_in, code_hash=code_hash, browser_hash=browser_hash
    )
    return row["user_id"] if row else None
