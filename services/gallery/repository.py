"""Rows of the gallery service, in and out; all of them the tenant's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.db import Row, TenantConnection
from services.kernel.sql import load

SQL = load(__package__)


@dataclass(frozen=True)
class Before:
    """The last row of the page before; both None on the first page."""

    at: datetime | None
    id: UUID | None

    def params(self) -> dict[str, Any]:
        """As the statements name them."""
        return {"before_at": self.at, "before_id": self.id}


@dataclass(frozen=True)
class Filter:
    """Which pictures; None means any."""

    job_id: UUID | None = None
    album_id: UUID | None = None


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


async def file_image(tenant: TenantConnection, image_id: UUID, album_id: UUID | None) -> Row | None:
    """The picture in its new place."""
    return await tenant.fetch_one(SQL.file_image, image_id=image_id, album_id=album_id)


async def list_albums(tenant: TenantConnection, before: Before, limit: int) -> list[Row]:
    """Newest first."""
    return await tenant.fetch_all(SQL.list_albums, **before.params(), limit=limit)


async def has_album(tenant: TenantConnection, album_id: UUID) -> bool:
    """Is it one of the person's?"""
    return await tenant.fetch_one(SQL.find_album, album_id=album_id) is not None


async def add_album(tenant: TenantConnection, user_id: UUID, name: str) -> Row:
    """The new album."""
    return await tenant.fetch_only(SQL.add_album, user_id=user_id, name=name)
