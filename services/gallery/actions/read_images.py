"""Show a person's pictures, each with an address that opens it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery import repository
from services.gallery.access import own_rows
from services.gallery.errors import ImageNotFound
from services.gallery.repository import Before, Filter
from services.gallery.schemas import Image
from services.gallery.signer import Signer
from services.kernel.access import Caller
from services.kernel.db import Database, Row
from services.kernel.pagination import Page, Paging, cut, decode


@dataclass(frozen=True)
class ReadImages:
    """One by id, or page by page, newest first."""

    database: Database
    signer: Signer

    async def one(self, caller: Caller, image_id: UUID) -> Image:
        """Raises ImageNotFound, for another person's picture too."""
        async with own_rows(self.database, caller) as tenant:
            row = await repository.find_image(tenant, image_id)
        if row is None:
            raise ImageNotFound
        return self.shown(row)

    async def page(self, caller: Caller, wanted: Filter, paging: Paging) -> Page[Image]:
        """The pictures of a page."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await repository.list_images(tenant, wanted, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[self.shown(row) for row in kept], next_cursor=cursor)

    def shown(self, row: Row) -> Image:
        """A row as its owner sees it, freshly signed."""
        signed = self.signer.sign(row["object_key"])
        return Image.model_validate({**row, "url": signed.url, "url_expires_at": signed.expires_at})
