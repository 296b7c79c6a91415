"""Make the thumbnails that are missing.

A picture is claimed by moving its next try into the future, so that replicas do not meet and a
killed program's pictures come up again. The key is the same each time.
"""

import asyncio
from dataclasses import dataclass

from services.contracts.object_keys import thumbnail_key
from services.gallery.ports.object_store import ObjectMissing, ObjectStore
from services.gallery.ports.pictures import Pictures, PictureSidesRefused, PictureUnreadable
from services.gallery.repository import thumbnails
from services.kernel.db import Database, Row
from services.kernel.logs import logger

AT_ONCE = 4
ATTEMPTS_AT_MOST = 6
LARGEST_PICTURE_BYTES = 64 * 2**20


@dataclass(frozen=True)
class MakeThumbnails:
    """One batch at a time."""

    database: Database
    store: ObjectStore
    pictures: Pictures

    async def run(self) -> bool:
        """True when there may be more. Raises StoreAway."""
        async with self.database.system() as system:
            claimed = await thumbnails.claim(system, ATTEMPTS_AT_MOST, AT_ONCE)
        await asyncio.gather(*map(self._make, claimed))
        return len(claimed) == AT_ONCE

    async def _make(self, image: Row) -> None:
        try:
            content = await self.store.get(image["object_key"], LARGEST_PICTURE_BYTES)
            small = await self.pictures.thumbnail(content)
        except (ObjectMissing, PictureUnreadable, PictureSidesRefused) as hopeless:
            reason = type(hopeless).__name__
            logger(__name__).warning("no_thumbnail", image_id=str(image["id"]), reason=reason)
            key = None
        else:
            key = thumbnail_key(image["user_id"], image["job_id"], image["position"])
            await self.store.put(key, small.content, "image/webp")
        await self._record(image, key)

    async def _record(self, image: Row, key: str | None) -> None:
        async with self.database.system() as system:
            is_there = await thumbnails.record(system, image["id"], key)
        if key is not None and not is_there:  # the picture was purged meanwhile
            await self.store.delete([key])
