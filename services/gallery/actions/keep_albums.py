"""Make and list albums."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery import repository
from services.gallery.access import own_rows
from services.gallery.repository import Before
from services.gallery.schemas import Album, NewAlbum
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.pagination import Page, Paging, cut, decode


@dataclass(frozen=True)
class KeepAlbums:
    """Only one's own."""

    database: Database

    async def page(self, caller: Caller, paging: Paging) -> Page[Album]:
        """Newest first."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await repository.list_albums(tenant, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[Album.model_validate(row) for row in kept], next_cursor=cursor)

    async def add(self, caller: Caller, album: NewAlbum) -> Album:
        """The new album."""
        async with own_rows(self.database, caller) as tenant:
            row = await repository.add_album(tenant, caller.user_id, album.name)
        return Album.model_validate(row)
