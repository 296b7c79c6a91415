"""Links: their owner's, and the one that somebody opens."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.gallery.repository.statements import SQL, Before
from services.kernel.db import Row, SystemConnection, TenantConnection


async def add_share(tenant: TenantConnection, at_most: int, **values: Any) -> Row | None:  # noqa: ANN401
    """The new link; None when there are too many."""
    return await tenant.fetch_one(SQL.add_share, at_most=at_most, **values)


async def list_shares(tenant: TenantConnection, before: Before, limit: int) -> list[Row]:
    """Newest first, ended ones too."""
    return await tenant.fetch_all(SQL.list_shares, **before.params(), limit=limit)


async def revoke_share(tenant: TenantConnection, token: str) -> bool:
    """False when there was none to revoke."""
    return await tenant.execute(SQL.revoke_share, token=token) == 1


async def find_open_share(system: SystemConnection, token: str) -> Row | None:
    """The link of this token, when it is still open and its owner still here."""
    return await system.fetch_one(SQL.find_open_share, token=token)


async def count_views(system: SystemConnection, views: Mapping[UUID, int]) -> None:
    """Add views to links, by id."""
    await system.execute(SQL.count_views, ids=list(views), views=list(views.values()))
