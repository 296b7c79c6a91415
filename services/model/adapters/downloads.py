"""Downloads over HTTP: continued by range, hashed while written, bounded in size and in time."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from services.model.adapters.client import GuardedClient, refuse_status, unreachable
from services.model.adapters.promises import check_promise, too_large
from services.model.adapters.sink import Sink, digest_of, opened
from services.model.faults import InstallFault, PassingFault
from services.model.ports.downloads import OnBytes, Wanted

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
            digest = await asyncio.to_thread(digest_of, wanted.path)
            on_bytes(wanted.path.stat().st_size)
        else:
            digest = await self._fetch_part(wanted, on_bytes)
        return self._settled(wanted, digest.hexdigest())

    async def _fetch_part(self, wanted: Wanted, on_bytes: OnBytes) -> hashlib._Hash:
        part = wanted.path.with_name(wanted.path.name + PART)
        digest = await asyncio.to_thread(digest_of, part)
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
            check_promise(response, wanted, lying)
            on_bytes(lying)
            with opened(part, lying) as stream:
                await self._copy(response, wanted, lying, Sink(stream, digest, on_bytes))
        return digest

    async def _copy(self, response: httpx.Response, wanted: Wanted, lying: int, sink: Sink) -> None:
        limit = wanted.largest_bytes if wanted.size_bytes is None else wanted.size_bytes
        try:
            async for piece in self._at_a_pace(response):
                lying += len(piece)
                if lying > limit:
                    raise too_large()
                await sink.add(piece)
        finally:  # what came before a break is gone on from
            await sink.flush()
        if wanted.size_bytes is not None and lying != wanted.size_bytes:
            raise PassingFault("model.source_unreachable", "The download ended too early.")
        await sink.settle()

    async def _at_a_pace(self, response: httpx.Response) -> AsyncIterator[bytes]:
        began, count = time.monotonic(), 0
        try:
            async for piece in response.aiter_raw():
                yield piece
                count += len(piece)
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
