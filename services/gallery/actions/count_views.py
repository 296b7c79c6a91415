"""Bring the views of links to the record, many at once."""

from dataclasses import dataclass

from services.gallery.publicity import Views
from services.gallery.repository import shares
from services.kernel.db import Database


@dataclass(frozen=True)
class CountViews:
    """What cannot be written now is kept for the next time."""

    database: Database
    views: Views

    async def run(self) -> None:
        """Write what was seen."""
        seen = self.views.take()
        if not seen:
            return
        try:
            async with self.database.system() as system:
                await shares.count_views(system, seen)
        except BaseException:
            self.views.put_back(seen)
            raise
