"""Take pictures that people bring, and show and remove them.

The row comes first and cannot be used; the object follows, and then the row is opened. So a program
that is killed between leaves nothing that the purge does not find.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.contracts.object_keys import upload_key
from services.gallery.access import own_rows
from services.gallery.errors import (
    ImageSidesRefused,
    NotAnImage,
    StoreUnavailable,
    TooMany,
    UploadNotFound,
)
from services.gallery.ports.object_store import ObjectStore, StoreAway
from services.gallery.ports.pictures import (
    LARGEST_SIDE_PIXELS,
    SMALLEST_SIDE_PIXELS,
    Picture,
    Pictures,
    PictureSidesRefused,
    PictureUnreadable,
    Purpose,
)
from services.gallery.ports.signer import Signer
from services.gallery.repository import uploads
from services.gallery.repository.statements import Before
from services.gallery.schemas.uploads import Upload
from services.kernel.access import Caller
from services.kernel.db import Database, Row
from services.kernel.pagination import Page, Paging, cut, decode

UPLOADS_AT_MOST = 200


@dataclass(frozen=True)
class KeepUploads:
    """Only one's own."""

    database: Database
    store: ObjectStore
    pictures: Pictures
    signer: Signer
    lifetime_s: int
    at_most: int = UPLOADS_AT_MOST

    async def add(self, caller: Caller, content: bytes, purpose: Purpose) -> Upload:
        """The upload. Raises NotAnImage, ImageSidesRefused, TooMany, StoreUnavailable."""
        picture = await self._cleaned(content, purpose)
        upload_id = uuid4()
        key = upload_key(caller.user_id, upload_id)
        await self._announce(caller, upload_id, key, picture, purpose)
        try:
            await self.store.put(key, picture.content, "image/png")
        except StoreAway as away:
            raise StoreUnavailable from away
        async with own_rows(self.database, caller) as tenant:
            row = await uploads.open_upload(tenant, upload_id, self.lifetime_s)
        return self._shown(row)

    async def page(self, caller: Caller, paging: Paging) -> Page[Upload]:
        """Newest first."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await uploads.list_uploads(tenant, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[self._shown(row) for row in kept], next_cursor=cursor)

    async def one(self, caller: Caller, upload_id: UUID) -> Upload:
        """Raises UploadNotFound, for an expired one and another person's too."""
        async with own_rows(self.database, caller) as tenant:
            row = await uploads.find_upload(tenant, upload_id)
        if row is None:
            raise UploadNotFound
        return self._shown(row)

    async def remove(self, caller: Caller, upload_id: UUID) -> None:
        """End its use. Raises UploadNotFound, the second time too."""
        async with own_rows(self.database, caller) as tenant:
            if not await uploads.close_upload(tenant, upload_id):
                raise UploadNotFound

    async def _cleaned(self, content: bytes, purpose: Purpose) -> Picture:
        try:
            return await self.pictures.cleaned(content, purpose)
        except PictureSidesRefused as refused:
            raise ImageSidesRefused(SMALLEST_SIDE_PIXELS, LARGEST_SIDE_PIXELS) from refused
        except PictureUnreadable as unreadable:
            raise NotAnImage from unreadable

    async def _announce(
        self, caller: Caller, upload_id: UUID, key: str, picture: Picture, purpose: Purpose
    ) -> None:
        values = {
            "id": upload_id,
            "user_id": caller.user_id,
            "object_key": key,
            "purpose": purpose.value,
            "width": picture.width,
            "height": picture.height,
            "size_bytes": len(picture.content),
            "sha256": hashlib.sha256(picture.content).hexdigest(),
        }
        async with own_rows(self.database, caller) as tenant:
            if not await uploads.add_upload(tenant, self.at_most, **values):
                raise TooMany("uploads", self.at_most)

    def _shown(self, row: Row) -> Upload:
        signed = self.signer.sign(row["object_key"])
        addresses = {"url": signed.url, "url_expires_at": signed.expires_at}
        return Upload.model_validate({**row, **addresses})
