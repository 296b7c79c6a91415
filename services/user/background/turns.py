"""Take turns for ever: a turn says how long to rest; a failed one is repeated after a back-off."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

from services.kernel.db import DatabaseUnavailable
from services.kernel.logs import logger

Turn = Callable[[], Awaitable[float]]

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 30.0


def repeating(work: Callable[[], Awaitable[bool]], every_s: float) -> Turn:
    """Work while there is some, then rest."""

    async def turn() -> float:
        return 0.0 if await work() else every_s

    return turn


@asynccontextmanager
async def taking_turns(turns: Mapping[str, Turn]) -> AsyncIterator[None]:
    """The tasks run as long as the block; ending them loses nothing, each turn may be repeated."""
    tasks = [asyncio.create_task(take_turns(name, turn), name=name) for name, turn in turns.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def take_turns(name: str, turn: Turn) -> NoReturn:
    """Ends only by cancellation; what a turn raises is logged."""
    failures = 0
    while True:
        try:
            rest_s = await turn()
            failures = 0
        except Exception as fault:  # noqa: BLE001 - a fault in one turn must not end all later ones
            failures += 1
            rest_s = backoff_s(failures)
            _tell(name, fault)
        await asyncio.sleep(rest_s)


def backoff_s(failures: int) -> float:
    """Doubles up to a limit, with jitter, so that replicas do not come back in step."""
    longest_s: float = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 20))
    return longest_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


def _tell(name: str, fault: Exception) -> None:
    if isinstance(fault, DatabaseUnavailable):
        logger(__name__).warning("background_waits", task=name, reason=type(fault).__name__)
    else:
        logger(__name__).error("background_turn_failed", task=name, exc_info=fault)
