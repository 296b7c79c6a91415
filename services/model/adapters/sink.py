"""Where a download's bytes go: to a file and into its checksum, in large pieces, off the loop."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from services.model.ports.downloads import OnBytes

CHUNK_BYTES = 1024 * 1024


class Sink:
    """Holds back until a write is worth its while; `on_bytes` hears of what was written."""

    def __init__(self, stream: IO[bytes], digest: hashlib._Hash, on_bytes: OnBytes) -> None:
        self._stream = stream
        self._digest = digest
        self._on_bytes = on_bytes
        self._waiting = bytearray()

    async def add(self, piece: bytes) -> None:
        """Take some bytes."""
        self._waiting += piece
        if len(self._waiting) >= CHUNK_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        piece = bytes(self._waiting)
        self._waiting.clear()
        await asyncio.to_thread(self._write, piece)
        self._on_bytes(len(piece))

    async def settle(self) -> None:
        """Return when it is on the disk."""
        await asyncio.to_thread(os.fsync, self._stream.fileno())

    def _write(self, piece: bytes) -> None:
        self._stream.write(piece)
        self._stream.flush()
        self._digest.update(piece)


@contextmanager
def opened(part: Path, at: int) -> Iterator[IO[bytes]]:
    """For writing from there on; a link in its place is not followed."""
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    with os.fdopen(number, "wb") as stream:
        stream.truncate(at)
        stream.seek(at)
        yield stream


def digest_of(path: Path) -> hashlib._Hash:
    """The checksum so far of what lies there, to be gone on with."""
    digest = hashlib.sha256()
    if path.exists():
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest
