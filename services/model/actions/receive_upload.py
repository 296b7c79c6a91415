"""Take the bytes of an upload: to a hidden file, piece by piece, never as a whole in memory.

A connection that breaks leaves what came; the next request goes on at the offset that lies here.
What the bytes are is checked by the installation, after the last one.
"""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from services.kernel.db import Database, Row
from services.model.errors import (
    DiskFull,
    InstallNotFound,
    ShelfMissing,
    UploadBusy,
    UploadNotAwaited,
    UploadOffsetWrong,
    UploadTooLong,
)
from services.model.faults import Busy
from services.model.repository import installs
from services.model.schemas.installs import Install
from services.model.shelf.place import Place

UPLOAD_FILE = "upload"
BUFFER_BYTES = 1024 * 1024
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class ReceiveUpload:
    """`largest_bytes` bounds what may be announced; `ring` wakes this process's installer."""

    database: Database
    shelf: Path | None
    largest_bytes: int
    ring: Callable[[], None]

    async def run(self, install_id: UUID, offset: int, body: AsyncIterator[bytes]) -> Install:
        """The installation afterwards; it is queued when the last byte has come.

        Raises what `errors` names: UploadNotAwaited, UploadOffsetWrong, UploadTooLong and others.
        """
        if self.shelf is None:
            raise ShelfMissing
        row = await self._awaited(install_id)
        if row["total_bytes"] > self.largest_bytes:
            raise UploadTooLong
        place = Place(self.shelf, row["name"])
        try:
            with place.alone():
                await self._append(place.work(install_id), row, offset, body)
        except Busy as busy:
            raise UploadBusy from busy
        self.ring()
        return Install.model_validate(await self._awaited(install_id, finished=True))

    async def _awaited(self, install_id: UUID, *, finished: bool = False) -> Row:
        async with self.database.system() as system:
            row = await installs.find(system, install_id)
        if row is None:
            raise InstallNotFound
        if row["kind"] != "upload" or (row["state"] != "waiting" and not finished):
            raise UploadNotAwaited
        return row

    async def _append(self, work: Path, row: Row, offset: int, body: AsyncIterator[bytes]) -> None:
        path = work / UPLOAD_FILE
        lying = await asyncio.to_thread(_lying_bytes, path)
        if lying != offset:
            raise UploadOffsetWrong(lying)
        try:
            with path.open("ab") as stream:
                await _copy(body, stream, row["total_bytes"] - offset)
        except OSError as failed:
            if failed.errno in NO_ROOM:
                raise DiskFull from failed
            raise
        finally:
            lying = await asyncio.to_thread(_lying_bytes, path)
            async with self.database.system() as system:
                await installs.note_upload(system, row["id"], lying)


def _lying_bytes(path: Path) -> int:
    """What came before; makes the folder for what will come."""
    path.parent.mkdir(exist_ok=True)
    return path.stat().st_size if path.exists() else 0


async def _copy(body: AsyncIterator[bytes], stream: IO[bytes], room: int) -> None:
    waiting = bytearray()
    try:
        async for chunk in body:
            room -= len(chunk)
            if room < 0:
                raise UploadTooLong
            waiting += chunk
            if len(waiting) >= BUFFER_BYTES:
                await asyncio.to_thread(stream.write, bytes(waiting))
                waiting.clear()
    finally:
        stream.write(waiting)
    stream.flush()
    await asyncio.to_thread(os.fsync, stream.fileno())
