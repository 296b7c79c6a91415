"""Show what is behind a link to anybody.

The link is found as the system; what it opens is read as its owner, so a link can never open what
its owner could not. Everything that closes a link gives the same answer.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery.errors import ShareNotFound
from services.gallery.ports.safety import SafetyCheck
from services.gallery.publicity import TOKEN, Views, candidate, title
from services.gallery.repository import albums, images, shares
from services.gallery.repository.images import Filter
from services.gallery.repository.statements import Before
from services.gallery.schemas.shares import SharedImage, SharedPage
from services.gallery.showing import Showing
from services.kernel.db import Database, Row
from services.kernel.pagination import Paging, cut, decode


@dataclass(frozen=True)
class OpenShare:
    """Pictures are judged anew at every view."""

    database: Database
    showing: Showing
    safety: SafetyCheck
    views: Views

    async def run(self, token: str, paging: Paging) -> SharedPage:
        """One page. Raises ShareNotFound."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        share = await self._find(token)
        read = self._image if share["album_id"] is None else self._album
        page = await read(share, before, paging.limit)
        if paging.cursor is None:
            self.views.add(share["id"])
        return page

    async def _find(self, token: str) -> Row:
        if not TOKEN.fullmatch(token):
            raise ShareNotFound
        async with self.database.system() as system:
            share = await shares.find_open_share(system, token)
        if share is None:
            raise ShareNotFound
        return share

    async def _image(self, share: Row, _before: Before, _limit: int) -> SharedPage:
        async with self.database.tenant(share["user_id"]) as owner:
            row = await images.find_image(owner, share["image_id"])
        shown = self._shown(share, [row] if row else [])
        if not shown:
            raise ShareNotFound
        return SharedPage(
            of="image", title=None, expires_at=share["expires_at"], items=shown, next_cursor=None
        )

    async def _album(self, share: Row, before: Before, limit: int) -> SharedPage:
        wanted = Filter(album_id=share["album_id"])
        async with self.database.tenant(share["user_id"]) as owner:
            album = await albums.find_album(owner, share["album_id"])
            rows = await images.list_images(owner, wanted, before, limit + 1)
        if album is None or not self.safety.allows(title(album)):
            raise ShareNotFound
        kept, cursor = cut(rows, limit, "created_at", "id")
        return SharedPage(
            of="album",
            title=album["name"],
            expires_at=share["expires_at"],
            items=self._shown(share, list(kept)),
            next_cursor=cursor,
        )

    def _shown(self, share: Row, rows: list[Row]) -> list[SharedImage]:
        return [
            self.showing.shared(row, show_prompt=share["show_prompts"])
            for row in rows
            if self.safety.allows(candidate(row))
        ]
