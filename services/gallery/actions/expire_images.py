"""Remove pictures that are older than their owner's tier keeps them.

Removed means: as if the owner had done it. They can be restored for as long, which is also what a
person who has just fallen to a lower tier gets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.contracts.tiers import TierTerms, terms_of
from services.gallery.repository import purges
from services.kernel.db import Database
from services.kernel.logs import logger

BATCH = 500
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class ExpireImages:
    """Walks over all people."""

    database: Database
    tiers: Mapping[str, TierTerms]

    async def run(self) -> None:
        """One walk."""
        after: UUID | None = NOBODY
        while after is not None:
            after = await self._batch(after)

    async def _batch(self, after: UUID) -> UUID | None:
        async with self.database.system() as system:
            people = await purges.list_people(system, after, BATCH)
            kept = {row["id"]: terms_of(row["tier"], self.tiers).image_days for row in people}
            days = {user_id: each for user_id, each in kept.items() if each is not None}
            count = await purges.expire_images(system, days) if days else 0
        if count:
            logger(__name__).info("images_expired", count=count)
        return people[-1]["id"] if len(people) == BATCH else None
