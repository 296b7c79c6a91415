"""The keys that this process signs with and publishes, read anew when their folder changes.

A folder that becomes unusable changes nothing for a process that runs: the keys that it has stay
good, and the log says why.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.kernel.logs import logger
from services.user import key_folder
from services.user.access import SigningKey, SigningKeyUnusable

LOOK_EVERY_S = 5.0


class KeyRing:
    """Says which key signs now, and is the kernel's `KeySource`."""

    def __init__(self, path: Path, lifetime_seconds: int) -> None:
        self._path = path
        self._lifetime = timedelta(seconds=lifetime_seconds)
        self._schedule = key_folder.read(path, self._lifetime)
        self._seen = key_folder.fingerprint(path)
        self._looked_at = time.monotonic()

    def signer(self) -> SigningKey:
        """The key to sign with."""
        self._look()
        return self._schedule.signer(_now()).key

    def published(self) -> dict[str, list[dict[str, str]]]:
        """The JWKS document."""
        self._look()
        return {"keys": [kept.key.published() for kept in self._schedule.published(_now())]}

    async def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The public half of a key that is published."""
        self._look()
        for kept in self._schedule.published(_now()):
            if kept.key.key_id == key_id:
                return kept.key.public
        return None

    def look_again(self) -> None:
        """Read the folder when it has changed, however lately it was looked at."""
        self._looked_at = time.monotonic()
        try:
            seen = key_folder.fingerprint(self._path)
            if seen != self._seen:
                self._schedule = key_folder.read(self._path, self._lifetime)
                self._seen = seen
                logger(__name__).info("signing_keys_read", keys=len(self._schedule.keys))
        except SigningKeyUnusable as unusable:
            logger(__name__).error("signing_keys_unusable", reason=str(unusable))

    def _look(self) -> None:
        if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self.look_again()


def _now() -> datetime:
    return datetime.now(UTC)
