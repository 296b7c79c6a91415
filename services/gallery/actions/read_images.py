"""Show a person's pictures, each with an address that opens it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gallery.access import own_rows
from services.gallery.errors import ImageNotFound
from services.gallery.repository import images
from services.gallery.repository.images import Filter
from services.gallery.repository.statements import Before
from services.gallery.schemas.images import Image, TagCount
from services.gallery.showing import Showing
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.pagination import Page, Paging, cut, decode


@dataclass(frozen=True)
class ReadImages:
    """One by id, or page by page, newest first."""

    database: Database
    showing: Showing

    async def one(self, caller: Caller, image_id: UUID) -> Image:
        """Raises ImageNotFound, for another person's picture too."""
        async with own_rows(self.database, caller) as tenant:
            row = await images.find_image(tenant, image_id)
        if row is None:
            raise ImageNotFound
        return self.showing.image(row)

    async def page(self, caller: Caller, wanted: Filter, paging: Paging) -> Page[Image]:
        """The pictures of a page."""
        before = Before(*decode(paging.cursor, datetime.fromisoformat, UUID))
        async with own_rows(self.database, caller) as tenant:
            rows = await images.list_images(tenant, wanted, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[self.showing.image(row) for row in kept], next_cursor=cursor)

    async def tags(self, caller: Caller, paging: Paging) -> Page[TagCount]:
        """The person's tags by name, each with its number of pictures."""
        (after,) = decode(paging.cursor, _plain)
        async with own_rows(self.database, caller) as tenant:
            rows = await images.list_tags(tenant, after, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "name")
        return Page(items=[TagCount.model_validate(row) for row in kept], next_cursor=cursor)


def _plain(text: str) -> str:
    """A text that PostgreSQL can hold."""
    text.encode()
    if "\0" in text:
        raise ValueError("not a text")
    return text
