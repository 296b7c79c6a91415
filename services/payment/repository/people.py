"""People, as far as payments need them: are they there, where do they get mail, what tier."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.kernel.db import Row, SystemConnection, TenantConnection
from services.payment.repository import SQL


async def read_email(tenant: TenantConnection, user_id: UUID) -> str | None:
    """The person's address, or None when the account is gone."""
    row = await tenant.fetch_one(SQL.read_email, user_id=user_id)
    return str(row["email"]) if row else None


async def lock_person(system: SystemConnection, user_id: UUID) -> bool:
    """Let nobody else decide this person's tier until the transaction ends; false: unknown."""
    return await system.fetch_one(SQL.lock_person, user_id=user_id) is not None


async def has_person(system: SystemConnection, user_id: UUID) -> bool:
    """Whether there is such a person."""
    row = await system.fetch_only(SQL.has_person, user_id=user_id)
    return bool(row["found"])


async def find_person(system: SystemConnection, who: str) -> Row | None:
    """`id`, `email`, `tier` by id or address."""
    return await system.fetch_one(SQL.find_person, who=who)


async def refresh_tier(system: SystemConnection, user_id: UUID, tiers: Sequence[str]) -> str | None:
    """Give the highest tier that a subscription gives now, else the lowest; None: no change.

    `tiers` are in order, the lowest first. Lock the person before.
    """
    row = await system.fetch_one(
        SQL.refresh_tier, user_id=user_id, tiers=list(tiers), lowest=tiers[0]
    )
    return str(row["tier"]) if row else None
