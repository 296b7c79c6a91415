"""Delete what has ended: objects first, then the rows that name them.

Every step may be repeated, and a program that is killed between two leaves rows that the next turn
finds again. A row that was changed meanwhile is not deleted, because its end is asked once more.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.object_keys import handover_key, image_prefix, thumbnail_key
from services.gallery.ports.object_store import ObjectStore
from services.gallery.repository import purges
from services.kernel.db import Database, Row, SystemConnection
from services.kernel.logs import logger

BATCH = 100
Delete = Callable[[SystemConnection, Sequence[UUID]], Awaitable[None]]


@dataclass(frozen=True)
class PurgeObjects:
    """Images past their restoring, uploads, exports, links, and what jobs left behind."""

    database: Database
    store: ObjectStore
    removed_image_days: int

    async def run(self) -> bool:
        """One batch of each; True when there may be more. Raises StoreAway."""
        async with self.database.system() as system:
            await purges.purge_shares(system)
        counts = [
            await self._images(),
            await self._uploads(),
            await self._exports(),
            await self._jobs(),
            await self._handovers(),
        ]
        if any(counts):
            what = ("images", "uploads", "exports", "jobs", "handovers")
            logger(__name__).info("purged", **dict(zip(what, counts, strict=True)))
        return BATCH in counts

    async def _images(self) -> int:
        days = self.removed_image_days
        async with self.database.system() as system:
            rows = await purges.list_images(system, days, BATCH)
        keys = [row["object_key"] for row in rows]
        keys += [thumbnail_key(row["user_id"], row["job_id"], row["position"]) for row in rows]
        await self.store.delete(keys)
        async with self.database.system() as system:
            await purges.purge_images(system, [row["id"] for row in rows], days)
        return len(rows)

    async def _uploads(self) -> int:
        async with self.database.system() as system:
            rows = await purges.list_uploads(system, BATCH)
        return await self._delete(rows, purges.purge_uploads)

    async def _exports(self) -> int:
        async with self.database.system() as system:
            rows = await purges.list_exports(system, BATCH)
        return await self._delete(rows, purges.purge_exports)

    async def _delete(self, rows: Sequence[Row], delete: Delete) -> int:
        await self.store.delete([row["object_key"] for row in rows if row["object_key"]])
        async with self.database.system() as system:
            await delete(system, [row["id"] for row in rows])
        return len(rows)

    async def _jobs(self) -> int:
        """Failed and cancelled jobs may have stored pictures that never came to the record."""
        async with self.database.system() as system:
            rows = await purges.list_jobs(system, BATCH)
        for row in rows:
            await self._job(image_prefix(row["user_id"], row["id"]))
        async with self.database.system() as system:
            await purges.record_purged_jobs(system, [row["id"] for row in rows])
        return len(rows)

    async def _handovers(self) -> int:
        """Workers forget what they took over when a job is done, unless one is killed just then."""
        async with self.database.system() as system:
            rows = await purges.list_handovers(system, BATCH)
        await self.store.delete([handover_key(row["user_id"], row["id"]) for row in rows])
        async with self.database.system() as system:
            await purges.record_purged_jobs(system, [row["id"] for row in rows])
        return len(rows)

    async def _job(self, prefix: str) -> None:
        keys = await self.store.list_keys(prefix, after="")
        if keys:
            async with self.database.system() as system:
                recorded = await purges.list_recorded_keys(system, keys)
            await self.store.delete([key for key in keys if key not in recorded])
