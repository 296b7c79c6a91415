"""Make one archive that was ordered, and store it part by part.

Whoever makes it holds a lease. A program that is killed loses it, and the next one begins anew: the
parts of the earlier try are thrown away first, so nothing is left over wherever it ended.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from services.contracts.object_keys import export_key
from services.gallery.archive import Archive
from services.gallery.ports.object_store import ObjectMissing, ObjectStore, Part, StoreAway
from services.gallery.repository import exports, images
from services.gallery.repository.exports import Claim, Ending
from services.gallery.repository.images import Filter
from services.gallery.repository.statements import Before
from services.gallery.showing import made_by
from services.kernel.db import Database, Row
from services.kernel.logs import logger

PART_BYTES = 8 * 2**20
BATCH = 50
READ_AT_ONCE = 4
LEASE_S = 120.0
ATTEMPTS_AT_MOST = 5
LARGEST_PICTURE_BYTES = 64 * 2**20


class TakenOver(Exception):
    """The lease ran out, and another program makes the archive now."""


@dataclass
class Parts:
    """Where an archive grows."""

    key: str
    multipart_id: str
    done: list[Part] = field(default_factory=list)
    size_bytes: int = 0


@dataclass(frozen=True)
class WriteExport:
    """At most `PART_BYTES` and a few pictures are in memory at any time."""

    database: Database
    store: ObjectStore
    lifetime_s: int

    async def run(self) -> bool:
        """Make the oldest one; False when there is none. Raises StoreAway."""
        async with self.database.system() as system:
            claim = await exports.claim_export(system, LEASE_S)
        if claim is None:
            return False
        if claim.attempt > ATTEMPTS_AT_MOST:
            await self._end(claim, Ending("failed", error_code="gallery.export_failed"))
            return True
        try:
            await self._make(claim)
        except (TakenOver, ObjectMissing):  # the parts of a lost lease are thrown away by the next
            logger(__name__).warning("export_taken_over", export_id=str(claim.export_id))
        except StoreAway:
            async with self.database.system() as system:
                await exports.release_claim(system, claim)
            raise
        return True

    async def _make(self, claim: Claim) -> None:
        key = export_key(claim.user_id, claim.export_id)
        async with self.database.system() as system:
            if not await exports.name_object(system, claim, key):
                raise TakenOver
        parts = Parts(key, await self.store.begin_parts(key, "application/zip"))
        with Archive() as archive:
            async for batch in self._batches(claim):
                await self._add(archive, parts, batch)
                await self._extend(claim, archive.image_count)
            await asyncio.to_thread(archive.finish)
            await self._send(archive, parts)
        await self.store.finish_parts(key, parts.multipart_id, parts.done)
        await self._end(claim, Ending("ready", archive.image_count, parts.size_bytes))

    async def _batches(self, claim: Claim) -> AsyncIterator[list[Row]]:
        before = Before()
        while True:
            async with self.database.tenant(claim.user_id) as tenant:
                rows = await images.list_images(
                    tenant, Filter(album_id=claim.album_id), before, BATCH
                )
            if rows:
                yield rows
            if len(rows) < BATCH:
                return
            before = Before(rows[-1]["created_at"], rows[-1]["id"])

    async def _add(self, archive: Archive, parts: Parts, rows: list[Row]) -> None:
        for begin in range(0, len(rows), READ_AT_ONCE):
            some = rows[begin : begin + READ_AT_ONCE]
            contents = await asyncio.gather(*(self._read(row) for row in some))
            for row, content in zip(some, contents, strict=True):
                await asyncio.to_thread(archive.add, row, made_by(row), content)
                if archive.held_bytes >= PART_BYTES:
                    await self._send(archive, parts)

    async def _read(self, row: dict[str, Any]) -> bytes | None:
        try:
            return await self.store.get(row["object_key"], LARGEST_PICTURE_BYTES)
        except ObjectMissing:
            return None

    async def _send(self, archive: Archive, parts: Parts) -> None:
        content = archive.take()
        number = len(parts.done) + 1
        part = await self.store.put_part(parts.key, parts.multipart_id, number, content)
        parts.done.append(part)
        parts.size_bytes += len(content)

    async def _extend(self, claim: Claim, image_count: int) -> None:
        async with self.database.system() as system:
            if not await exports.extend_claim(system, claim, LEASE_S, image_count):
                raise TakenOver

    async def _end(self, claim: Claim, ending: Ending) -> None:
        async with self.database.system() as system:
            await exports.finish_export(system, claim, ending, self.lifetime_s)
