"""Passwords: argon2id, off the event loop, a few at a time.

An unknown person costs the same work as a known one, so that answers tell nothing about who has
an account.
"""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TIME_COST = 2
MEMORY_COST_KIB = 19_456
AT_ONCE = 2


class Passwords:
    """Hashes and checks with the parameters that OWASP gives as the least for argon2id."""

    def __init__(
        self, *, time_cost: int = TIME_COST, memory_cost_kib: int = MEMORY_COST_KIB
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_cost_kib, parallelism=1
        )
        self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """The encoded hash with its salt and parameters."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password_hash: str, password: str) -> bool:
        """Whether the password is the one; an empty hash is nobody's, at the same cost."""
        async with self._turn:
            right = await asyncio.to_thread(self._verify, password_hash or self._decoy, password)
        return right and password_hash != ""

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
