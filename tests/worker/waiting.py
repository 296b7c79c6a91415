"""Waiting for something that must become true soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE_S = 30.0


async def until(is_so: Callable[[], bool]) -> None:
    """Look again and again; TimeoutError when it does not come."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - threads change what is looked at
            await asyncio.sleep(0.002)
