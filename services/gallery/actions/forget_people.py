"""Make everything of people whose account was purged due for the next purge of objects."""

from dataclasses import dataclass

from services.gallery.repository import purges
from services.kernel.db import Database


@dataclass(frozen=True)
class ForgetPeople:
    """What has no object goes at once: links, albums."""

    database: Database

    async def run(self) -> None:
        """Look at all people whose account was purged."""
        async with self.database.system() as system:
            await purges.forget_purged_people(system)
