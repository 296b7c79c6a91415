"""A person's albums, and which pictures lie in them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.gallery.repository.statements import SQL, Before
from services.kernel.db import Row, TenantConnection


async def list_albums(tenant: TenantConnection, before: Before, limit: int) -> list[Row]:
    """Newest first, each with its cover's keys and its number of pictures."""
    params = {"album_id": None, "limit": limit, **before.params()}
    return await tenant.fetch_all(SQL.list_albums, **params)


async def describe_album(tenant: TenantConnection, album_id: UUID) -> Row | None:
    """One, as in the list."""
    params = {"album_id": album_id, "limit": 1, **Before().params()}
    return await tenant.fetch_one(SQL.list_albums, **params)


async def find_album(tenant: TenantConnection, album_id: UUID) -> Row | None:
    """`id`, `name`."""
    return await tenant.fetch_one(SQL.find_album, album_id=album_id)


async def add_album(
    tenant: TenantConnection, user_id: UUID, name: str, at_most: int
) -> UUID | None:
    """The new album's id; None when there are too many."""
    row = await tenant.fetch_one(SQL.add_album, user_id=user_id, name=name, at_most=at_most)
    return row["id"] if row else None


async def change_album(tenant: TenantConnection, album_id: UUID, change: dict[str, Any]) -> bool:
    """Change what is named; False when there was none."""
    params = {
        "name": change.get("name"),
        "is_covered": "cover_image_id" in change,
        "cover_image_id": change.get("cover_image_id"),
    }
    return await tenant.execute(SQL.change_album, album_id=album_id, **params) == 1


async def remove_album(tenant: TenantConnection, album_id: UUID) -> bool:
    """Its pictures stay. False when there was none."""
    return await tenant.execute(SQL.remove_album, album_id=album_id) == 1


async def move_images(tenant: TenantConnection, image_ids: Collection[UUID], album_id: UUID) -> int:
    """How many were put there."""
    params = {"image_ids": list(image_ids), "album_id": album_id}
    return await tenant.execute(SQL.move_images, **params)


async def has_image(tenant: TenantConnection, album_id: UUID, image_id: UUID) -> bool:
    """Does the picture lie in the album?"""
    params = {"album_id": album_id, "image_id": image_id}
    return bool((await tenant.fetch_only(SQL.count_album_images, **params))["image_count"])
