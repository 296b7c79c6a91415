"""Ending tasks that talk to Redis or PostgreSQL.

The drivers wait with `asyncio.wait_for`, which in Python 3.11 can swallow a request to cancel:
the task goes on as if nobody had asked, and whoever waits for its end waits for ever.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

ASK_AGAIN_AFTER_S = 0.2


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel the tasks until they have ended; how they ended does not matter any more."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=ASK_AGAIN_AFTER_S)
        await asyncio.gather(*ended, return_exceptions=True)
