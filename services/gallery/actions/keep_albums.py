"""Make albums, change and remove them, and put pictures into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery.access import own_rows
from services.gallery.errors import AlbumNotFound, ImageNotFound, TooMany
from services.gallery.repository import albums
from services.gallery.repository.statements import Before
from services.gallery.schemas.albums import Album, AlbumChange, NewAlbum
from services.gallery.showing import Showing
from services.kernel.access import Caller
from services.kernel.db import Database, TenantConnection
from services.kernel.pagination import Page, Paging, cut, decode

ALBUMS_AT_MOST = 1_000


@dataclass(frozen=True)
class KeepAlbums:
    """Only one's own; verbs on one album raise AlbumNotFound, for another person's too."""

    database: Database
    showing: Showing
    at_most: int = ALBUMS_AT_MOST

    async def page(self, caller: Caller, paging: Paging) -> Page[Album]:
        """Newest first."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await albums.list_albums(tenant, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[self.showing.album(row) for row in kept], next_cursor=cursor)

    async def one(self, caller: Caller, album_id: UUID) -> Album:
        """An album with its cover and number of pictures."""
        async with own_rows(self.database, caller) as tenant:
            return await self._shown(tenant, album_id)

    async def add(self, caller: Caller, album: NewAlbum) -> Album:
        """The new album. Raises TooMany."""
        async with own_rows(self.database, caller) as tenant:
            made = await albums.add_album(tenant, caller.user_id, album.name, self.at_most)
            if made is None:
                raise TooMany("albums", self.at_most)
            return await self._shown(tenant, made)

    async def change(self, caller: Caller, album_id: UUID, change: AlbumChange) -> Album:
        """The album as it is now. Raises ImageNotFound for a cover that does not lie in it."""
        said = change.model_dump(exclude_unset=True)
        cover = change.cover_image_id
        async with own_rows(self.database, caller) as tenant:
            if not await albums.change_album(tenant, album_id, said):
                raise AlbumNotFound
            if cover is not None and not await albums.has_image(tenant, album_id, cover):
                raise ImageNotFound
            return await self._shown(tenant, album_id)

    async def remove(self, caller: Caller, album_id: UUID) -> None:
        """Its pictures stay; links to it end."""
        async with own_rows(self.database, caller) as tenant:
            if not await albums.remove_album(tenant, album_id):
                raise AlbumNotFound

    async def put_in(self, caller: Caller, album_id: UUID, image_ids: Sequence[UUID]) -> Album:
        """Put pictures into it: all of them, or none and ImageNotFound."""
        wanted = set(image_ids)
        async with own_rows(self.database, caller) as tenant:
            if await albums.find_album(tenant, album_id) is None:
                raise AlbumNotFound
            if await albums.move_images(tenant, wanted, album_id) != len(wanted):
                raise ImageNotFound
            return await self._shown(tenant, album_id)

    async def _shown(self, tenant: TenantConnection, album_id: UUID) -> Album:
        row = await albums.describe_album(tenant, album_id)
        if row is None:
            raise AlbumNotFound
        return self.showing.album(row)
