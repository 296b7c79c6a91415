"""Pictures that have no thumbnail yet."""

from uuid import UUID

from services.gallery.repository.statements import SQL
from services.kernel.db import Row, SystemConnection


async def claim(system: SystemConnection, attempts_at_most: int, limit: int) -> list[Row]:
    """Pictures to make one of; nobody else gets them for a minute, longer after each failure."""
    params = {"attempts_at_most": attempts_at_most, "limit": limit}
    return await system.fetch_all(SQL.claim_thumbnails, **params)


async def record(system: SystemConnection, image_id: UUID, thumbnail_key: str | None) -> bool:
    """The thumbnail's key, or that there will be none. False when the picture has gone."""
    params = {"image_id": image_id, "thumbnail_key": thumbnail_key}
    return await system.fetch_one(SQL.record_thumbnail, **params) is not None
