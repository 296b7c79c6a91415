"""Make, list and revoke links. What may not be public gets no link."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery.access import own_rows
from services.gallery.errors import (
    AlbumNotFound,
    ImageNotFound,
    MayNotBeShared,
    ShareNotFound,
    TooMany,
)
from services.gallery.ports.safety import SafetyCheck
from services.gallery.publicity import TOKEN, candidate, title
from services.gallery.repository import albums, images, shares
from services.gallery.repository.statements import Before
from services.gallery.schemas.shares import NewShare, Share
from services.kernel.access import Caller
from services.kernel.db import Database, Row, TenantConnection
from services.kernel.pagination import Page, Paging, cut, decode

SHARES_AT_MOST = 1_000
TOKEN_BYTES = 24


@dataclass(frozen=True)
class KeepShares:
    """Only one's own. `address`: where people open links."""

    database: Database
    safety: SafetyCheck
    address: str
    at_most: int = SHARES_AT_MOST

    async def add(self, caller: Caller, wanted: NewShare) -> Share:
        """The link. Raises ImageNotFound, AlbumNotFound, MayNotBeShared, TooMany."""
        values = {
            "user_id": caller.user_id,
            "token": secrets.token_urlsafe(TOKEN_BYTES),
            "image_id": wanted.id if wanted.of == "image" else None,
            "album_id": wanted.id if wanted.of == "album" else None,
            "show_prompts": wanted.show_prompts,
            "expires_in_s": wanted.expires_in_s,
        }
        async with own_rows(self.database, caller) as tenant:
            await self._check(tenant, wanted)
            row = await shares.add_share(tenant, self.at_most, **values)
        if row is None:
            raise TooMany("shares", self.at_most)
        return self._shown(row)

    async def page(self, caller: Caller, paging: Paging) -> Page[Share]:
        """Newest first; ended ones stay for a month."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await shares.list_shares(tenant, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[self._shown(row) for row in kept], next_cursor=cursor)

    async def revoke(self, caller: Caller, token: str) -> None:
        """Close a link at once. Raises ShareNotFound, the second time too."""
        if not TOKEN.fullmatch(token):
            raise ShareNotFound
        async with own_rows(self.database, caller) as tenant:
            if not await shares.revoke_share(tenant, token):
                raise ShareNotFound

    async def _check(self, tenant: TenantConnection, wanted: NewShare) -> None:
        """Of an album only the name is judged here; its pictures are at every view."""
        find = albums.find_album if wanted.of == "album" else images.find_image
        found = await find(tenant, wanted.id)
        if found is None:
            raise AlbumNotFound if wanted.of == "album" else ImageNotFound
        judged = title(found) if wanted.of == "album" else candidate(found)
        if not self.safety.allows(judged):
            raise MayNotBeShared

    def _shown(self, row: Row) -> Share:
        opened = {"of": "image", "id": row["image_id"]}
        if row["album_id"] is not None:
            opened = {"of": "album", "id": row["album_id"]}
        url = f"{self.address}/v1/shares/{row['token']}"
        return Share.model_validate({**row, **opened, "url": url})
