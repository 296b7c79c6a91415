"""A person's pictures and their tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gallery.repository.statements import SQL, Before
from services.kernel.db import Row, SystemConnection, TenantConnection


@dataclass(frozen=True)
class Filter:
    """Which pictures; None means any. `words` as people search; `until` is not included."""

    job_id: UUID | None = None
    album_id: UUID | None = None
    tag: str | None = None
    favourite: bool | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_removed: bool = False


async def list_images(
    tenant: TenantConnection, wanted: Filter, before: Before, limit: int
) -> list[Row]:
    """Newest first."""
    return await tenant.fetch_all(SQL.list_images, **vars(wanted), **before.params(), limit=limit)


async def find_image(tenant: TenantConnection, image_id: UUID) -> Row | None:
    """One that is not removed."""
    return await tenant.fetch_one(SQL.find_image, image_id=image_id)


async def remove_image(tenant: TenantConnection, image_id: UUID) -> bool:
    """False when there was none."""
    return await tenant.execute(SQL.remove_image, image_id=image_id) == 1


async def restore_image(tenant: TenantConnection, image_id: UUID, removed_image_days: int) -> bool:
    """False when it was not removed, or so long ago that its purge may have begun."""
    params = {"image_id": image_id, "removed_image_days": removed_image_days}
    return await tenant.execute(SQL.restore_image, **params) == 1


async def change_image(tenant: TenantConnection, image_id: UUID, change: Mapping[str, Any]) -> bool:
    """False when there was none."""
    return await tenant.execute(SQL.change_image, image_id=image_id, **change) == 1


async def add_tags(tenant: TenantConnection, image_id: UUID, tags: Sequence[str]) -> bool:
    """False when there was no such picture."""
    return await tenant.execute(SQL.add_tags, image_id=image_id, tags=list(tags)) == 1


async def remove_tags(tenant: TenantConnection, image_id: UUID, tags: Sequence[str]) -> bool:
    """False when there was no such picture."""
    return await tenant.execute(SQL.remove_tags, image_id=image_id, tags=list(tags)) == 1


async def list_tags(tenant: TenantConnection, after: str | None, limit: int) -> list[Row]:
    """`name`, `image_count`, by name."""
    return await tenant.fetch_all(SQL.list_tags, after=after, limit=limit)


async def judge_image(system: SystemConnection, image_id: UUID, safety: str) -> bool:
    """Set anybody's picture's verdict; False when there was none."""
    return await system.execute(SQL.judge_image, image_id=image_id, safety=safety) == 1
