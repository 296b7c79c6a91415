"""API keys: looked up by their prefix as the system role, compared by hash in constant time.

A key that was found is remembered for ten seconds; so long a revoked one may still open doors.
"""

from __future__ import annotations

import hmac
import time

from services.contracts import api_keys
from services.kernel.access.caller import Caller, TokenRefused
from services.kernel.access.memory import Memory
from services.kernel.db import Database
from services.kernel.sql import load

SQL = load("services.kernel")
REMEMBERED_S = 10.0


class ApiKeys:
    """Turns an API key into a caller with its owner's tier, and the role `user`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: Memory[Caller] = Memory()

    async def verify(self, key: str) -> Caller:
        """The caller of a key that is not revoked; raises `TokenRefused`."""
        parts = api_keys.split(key)
        if parts is None:
            raise TokenRefused
        hashed = api_keys.hash_of(key)
        remembered = self._found.recall(hashed, time.monotonic())
        if remembered is not None:
            return remembered
        caller = await self._look_up(parts[0], hashed)
        self._found.keep(hashed, caller, time.monotonic() + REMEMBERED_S)
        return caller

    async def _look_up(self, prefix: str, hashed: str) -> Caller:
        rows = await self._database.system_once(SQL.find_api_key, prefix=prefix, key_hash=hashed)
        if not rows or not hmac.compare_digest(rows[0]["key_hash"], hashed):
            raise TokenRefused
        row = rows[0]
        return Caller(row["user_id"], "user", row["tier"], api_key_id=row["id"])
