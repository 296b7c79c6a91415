"""Change what a person says of a picture; remove it, or take it back.

Removing is soft: until the purge takes its bytes, the picture can be restored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.gallery.access import own_rows
from services.gallery.errors import AlbumNotFound, ImageNotFound, TooManyTags
from services.gallery.repository import albums, images
from services.gallery.schemas.images import ImageChange
from services.gallery.schemas.texts import TAGS_AT_MOST
from services.kernel.access import Caller
from services.kernel.db import Database, DatabaseRefused, Row, TenantConnection


@dataclass(frozen=True)
class ChangeImages:
    """Only one's own; each verb raises ImageNotFound, for another person's picture too."""

    database: Database
    removed_image_days: int

    async def change(self, caller: Caller, image_id: UUID, change: ImageChange) -> Row:
        """The picture as it is now. Raises AlbumNotFound."""
        async with own_rows(self.database, caller) as tenant:
            album_id = change.album_id
            if album_id is not None and await albums.find_album(tenant, album_id) is None:
                raise AlbumNotFound
            is_done = await images.change_image(tenant, image_id, change.params())
            return await _changed(tenant, image_id, is_done=is_done)

    async def add_tags(self, caller: Caller, image_id: UUID, tags: Sequence[str]) -> Row:
        """The picture with these tags too. Raises TooManyTags."""
        async with own_rows(self.database, caller) as tenant:
            try:
                is_done = await images.add_tags(tenant, image_id, tags)
            except DatabaseRefused as refused:
                if refused.constraint == "images_tags":
                    raise TooManyTags(TAGS_AT_MOST) from refused
                raise
            return await _changed(tenant, image_id, is_done=is_done)

    async def remove_tags(self, caller: Caller, image_id: UUID, tags: Sequence[str]) -> Row:
        """The picture without these tags; one that it does not have changes nothing."""
        async with own_rows(self.database, caller) as tenant:
            is_done = await images.remove_tags(tenant, image_id, tags)
            return await _changed(tenant, image_id, is_done=is_done)

    async def remove(self, caller: Caller, image_id: UUID) -> None:
        """Raises ImageNotFound the second time too."""
        async with own_rows(self.database, caller) as tenant:
            if not await images.remove_image(tenant, image_id):
                raise ImageNotFound

    async def restore(self, caller: Caller, image_id: UUID) -> Row:
        """A removed picture back in its place, as long as its purge is not due."""
        async with own_rows(self.database, caller) as tenant:
            is_done = await images.restore_image(tenant, image_id, self.removed_image_days)
            return await _changed(tenant, image_id, is_done=is_done)


async def _changed(tenant: TenantConnection, image_id: UUID, *, is_done: bool) -> Row:
    row = await images.find_image(tenant, image_id) if is_done else None
    if row is None:
        raise ImageNotFound
    return row
