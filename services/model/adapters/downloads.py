"""Downloads over HTTP: continued by range, hashed while written, bounded in size and in time."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

from services.model.adapters.client import GuardedClient, refuse_status, unreachable
from services.model.faults import InstallFault, PassingFault
from services.model.ports.downloads import OnBytes, Wanted

CHUNK_BYTES = 1024 * 1024
PART = ".part"


class HttpDownloads:
    """Fewer than `least_bytes_per_s` on average over `patience_s` end a try."""

    def __init__(
        self,
        client: GuardedClient,
        *,
        patience_s: float = 30.0,
        least_bytes_per_s: int = 10_240,
        token: str = "",
        token_host: str = "",
    ) -> None:
        self._client = client
        self._patience_s = patience_s
        self._least = least_bytes_per_s
        self._token = token
        self._token_host = token_host

    async def fetch(self, wanted: Wanted, on_bytes: OnBytes) -> str:
        """See the port. What is whole is not asked for again."""
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        if wanted.path.exists():
            digest = await asyncio.to_thread(_digest_of, wanted.path)
            on_bytes(wanted.path.stat().st_size)
        else:
            digest = await self._fetch_part(wanted, on_bytes)
        return self._settled(wanted, digest.hexdigest())

    async def _fetch_part(self, wanted: Wanted, on_bytes: OnBytes) -> hashlib._Hash:
        part = wanted.path.with_name(wanted.path.name + PART)
        digest = await asyncio.to_thread(_digest_of, part)
        lying = part.stat().st_size if part.exists() else 0
        if lying and lying == wanted.size_bytes:
            on_bytes(lying)
        else:
            digest = await self._go_on(wanted, part, lying, digest, on_bytes)
        part.rename(wanted.path)
        return digest

    async def _go_on(
        self, wanted: Wanted, part: Path, lying: int, digest: hashlib._Hash, on_bytes: OnBytes
    ) -> hashlib._Hash:
        headers = {"Range": f"bytes={lying}-"} if lying else {}
        token = self._token if httpx.URL(wanted.address).host == self._token_host else ""
        async with self._client.open(wanted.address, headers, token) as response:
            if response.status_code == 416:
                await asyncio.to_thread(part.unlink)
                raise PassingFault("model.source_odd", "The source changed under the download.")
            refuse_status(response)
            if response.status_code == 200:
                lying, digest = 0, hashlib.sha256()
            _check_promise(response, wanted, lying)
            on_bytes(lying)
            with _opened(part, lying) as stream:
                await self._copy(response, wanted, lying, (stream, digest), on_bytes)
        return digest

    async def _copy(
        self,
        response: httpx.Response,
        wanted: Wanted,
        lying: int,
        sink: tuple[IO[bytes], hashlib._Hash],
        on_bytes: OnBytes,
    ) -> None:
        limit = wanted.largest_bytes if wanted.size_bytes is None else wanted.size_bytes
        async for chunk in self._at_a_pace(response):
            lying += len(chunk)
            if lying > limit:
                raise _too_large()
            await asyncio.to_thread(_write, *sink, chunk)
            on_bytes(len(chunk))
        if wanted.size_bytes is not None and lying != wanted.size_bytes:
            raise PassingFault("model.source_unreachable", "The download ended too early.")
        await asyncio.to_thread(os.fsync, sink[0].fileno())

    async def _at_a_pace(self, response: httpx.Response) -> AsyncIterator[bytes]:
        began, count = time.monotonic(), 0
        try:
            async for chunk in response.aiter_raw(CHUNK_BYTES):
                yield chunk
                count += len(chunk)
                if time.monotonic() - began > self._patience_s:
                    if count < self._least * self._patience_s:
                        raise PassingFault("model.source_slow", "The source gives only drips.")
                    began, count = time.monotonic(), 0
        except httpx.TransportError as away:
            raise unreachable(away) from away

    @staticmethod
    def _settled(wanted: Wanted, found: str) -> str:
        if wanted.sha256 is not None and found != wanted.sha256:
            wanted.path.unlink()
            raise InstallFault(
                "model.checksum_wrong", "The file's sha256 is not the one that was promised."
            )
        return found


def _check_promise(response: httpx.Response, wanted: Wanted, lying: int) -> None:
    """What the headers say must fit what was asked for and what is allowed."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise InstallFault("model.source_odd", "The source sends the file packed.")
    told = response.headers.get("Content-Range", f"bytes {lying}-").strip()
    if response.status_code == 206 and not told.startswith(f"bytes {lying}-"):
        raise PassingFault("model.source_odd", "The source sends another part of the file.")
    length = response.headers.get("Content-Length", "")
    if not length.isdecimal():
        return
    whole = lying + int(length)
    if whole > wanted.largest_bytes:
        raise _too_large()
    if wanted.size_bytes is not None and whole != wanted.size_bytes:
        raise InstallFault("model.source_odd", "The file has another size than the hub says.")


@contextmanager
def _opened(part: Path, at: int) -> Iterator[IO[bytes]]:
    """For writing from there on; a link in its place is not followed."""
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    with os.fdopen(number, "wb") as stream:
        stream.truncate(at)
        stream.seek(at)
        yield stream


def _write(stream: IO[bytes], digest: hashlib._Hash, chunk: bytes) -> None:
    stream.write(chunk)
    digest.update(chunk)


def _digest_of(path: Path) -> hashlib._Hash:
    digest = hashlib.sha256()
    if path.exists():
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest


def _too_large() -> InstallFault:
    return InstallFault("model.file_too_large", "The file is larger than allowed.")
