"""Order an archive and ask for it. Making it is `write_export`'s."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery.access import own_rows
from services.gallery.errors import AlbumNotFound, ExportNotFound, ExportRunning, ExportTooLarge
from services.gallery.ports.signer import AttachmentSigner
from services.gallery.repository import albums, exports
from services.gallery.repository.statements import Before
from services.gallery.schemas.exports import Export, ExportStatus
from services.kernel.access import Caller
from services.kernel.db import Database, DatabaseRefused, Row, TenantConnection
from services.kernel.pagination import Page, Paging, cut, decode

IMAGES_AT_MOST = 50_000


@dataclass(frozen=True)
class OrderExports:
    """Only one's own, one at a time."""

    database: Database
    signer: AttachmentSigner
    at_most: int = IMAGES_AT_MOST

    async def add(self, caller: Caller, album_id: UUID | None) -> Export:
        """The order. Raises AlbumNotFound, ExportTooLarge, ExportRunning."""
        async with own_rows(self.database, caller) as tenant:
            await self._check(tenant, album_id)
            try:
                export_id = await exports.add_export(tenant, caller.user_id, album_id)
            except DatabaseRefused as refused:
                if refused.constraint == "exports_one_at_a_time":
                    raise ExportRunning from refused
                raise
            row = await exports.find_export(tenant, export_id)
        if row is None:
            raise ExportNotFound
        return self._shown(row)

    async def page(self, caller: Caller, paging: Paging) -> Page[Export]:
        """Newest first."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await exports.list_exports(tenant, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[self._shown(row) for row in kept], next_cursor=cursor)

    async def one(self, caller: Caller, export_id: UUID) -> Export:
        """Raises ExportNotFound, for an expired one and another person's too."""
        async with own_rows(self.database, caller) as tenant:
            row = await exports.find_export(tenant, export_id)
        if row is None:
            raise ExportNotFound
        return self._shown(row)

    async def _check(self, tenant: TenantConnection, album_id: UUID | None) -> None:
        if album_id is not None and await albums.find_album(tenant, album_id) is None:
            raise AlbumNotFound
        if await exports.count_images(tenant, album_id, self.at_most + 1) > self.at_most:
            raise ExportTooLarge(self.at_most)

    def _shown(self, row: Row) -> Export:
        signed = None
        if row["status"] == ExportStatus.READY:
            name = f"pingvas-{row['created_at']:%Y-%m-%d}.zip"
            signed = self.signer.sign_attachment(row["object_key"], name)
        return Export.model_validate(
            {
                **row,
                "url": signed and signed.url,
                "url_expires_at": signed and signed.expires_at,
            }
        )
