"""The public keys that access tokens are signed with, as their issuer publishes them."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.kernel.access.caller import KeysUnavailable
from services.kernel.logs import logger

ALGORITHM = "EdDSA"
REFETCH_AFTER_S = 10.0
MAX_AGE_S = 300.0


class KeySource(Protocol):
    """Where public keys come from: over HTTP, or the user service's own."""

    async def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that id, or None."""


class PublishedKeys:
    """Keys of a JWKS address. Fetched again for an unknown id, but not in a flood, and when old.

    While the address is away, the keys that are known stay.
    """

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url = url
        self._client = client
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._tried_at = float("-inf")
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that id, asking the address when it is unknown or the copy is old."""
        if key_id not in self._keys:
            async with self._fetching:
                if key_id not in self._keys and self._may_ask(self._fetched_at):
                    await self._fetch()
        elif self._is_old() and not self._fetching.locked():
            async with self._fetching:
                await self._renew()
        return self._keys.get(key_id)

    def _is_old(self) -> bool:
        return time.monotonic() - self._fetched_at > MAX_AGE_S and self._may_ask(self._tried_at)

    def _may_ask(self, last: float) -> bool:
        return time.monotonic() - last >= REFETCH_AFTER_S

    async def _renew(self) -> None:
        try:
            await self._fetch()
        except KeysUnavailable:
            logger(__name__).warning("published_keys_are_old")

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        try:
            answer = await self._client.get(self._url)
            answer.raise_for_status()
            self._keys = read_keys(answer.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError) as away:
            raise KeysUnavailable from away
        self._fetched_at = time.monotonic()


def read_keys(document: dict[str, Any]) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 signing keys of a JWKS document, by key id; others are passed over."""
    keys = {}
    for entry in document["keys"]:
        if entry.get("crv") == "Ed25519" and entry.get("kid"):
            key = jwt.PyJWK(entry, ALGORITHM).key
            if isinstance(key, Ed25519PublicKey):
                keys[entry["kid"]] = key
    return keys
