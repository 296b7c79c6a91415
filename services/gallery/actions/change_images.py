"""Remove a picture, or put it into an album. Removing is soft: a purge takes the bytes later."""

from dataclasses import dataclass
from uuid import UUID

from services.gallery import repository
from services.gallery.access import own_rows
from services.gallery.errors import AlbumNotFound, ImageNotFound
from services.kernel.access import Caller
from services.kernel.db import Database, Row


@dataclass(frozen=True)
class ChangeImages:
    """Only one's own."""

    database: Database

    async def remove(self, caller: Caller, image_id: UUID) -> None:
        """Raises ImageNotFound, the second time too."""
        async with own_rows(self.database, caller) as tenant:
            if not await repository.remove_image(tenant, image_id):
                raise ImageNotFound

    async def file(self, caller: Caller, image_id: UUID, album_id: UUID | None) -> Row:
        """The picture's row in its new place. Raises ImageNotFound, AlbumNotFound."""
        async with own_rows(self.database, caller) as tenant:
            if album_id is not None and not await repository.has_album(tenant, album_id):
                raise AlbumNotFound
            row = await repository.file_image(tenant, image_id, album_id)
        if row is None:
            raise ImageNotFound
        return row
