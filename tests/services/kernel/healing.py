"""A door whose server was away."""

from __future__ import annotations

import asyncio

from services.kernel.db import Database, DatabaseUnavailable

PATIENCE_S = 20


async def healed(door: Database) -> None:
    """Wait until it answers again; raises TimeoutError when it does not."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await door.ping()
            except DatabaseUnavailable:
                await asyncio.sleep(0.05)
            else:
                return
