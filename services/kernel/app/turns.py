"""Work beside the requests: turns are taken for ever, each says how long to rest until the next.

A turn that fails is repeated after a back-off. Several replicas may take the same turns at once:
what they do is locked or keyed in the database.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NoReturn

from services.dispatch.ending import end
from services.kernel.db import DatabaseUnavailable
from services.kernel.logs import logger

Turn = Callable[[], Awaitable[float]]
Outages = tuple[type[Exception], ...]

FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 5.0


@asynccontextmanager
async def taking_turns(turns: Mapping[str, Turn], outages: Outages = ()) -> AsyncIterator[None]:
    """The tasks run as long as the block; ending them loses nothing, each turn may be repeated.

    `outages`: what a turn raises while something outside is away, beside `DatabaseUnavailable`.
    """
    expected: Outages = (DatabaseUnavailable, *outages)
    tasks = {
        asyncio.create_task(_take_turns(name, turn, expected), name=name)
        for name, turn in turns.items()
    }
    try:
        yield
    finally:
        await end(tasks)


def repeating(work: Callable[[], Awaitable[bool]], every_s: float) -> Turn:
    """A turn of work that says whether there may be more: at once, or after a rest."""

    async def turn() -> float:
        return 0.0 if await work() else every_s

    return turn


def every(work: Callable[[], Awaitable[None]], every_s: float) -> Turn:
    """A turn of work that does all there is."""

    async def turn() -> float:
        await work()
        return every_s

    return turn


def backoff_s(failures: int) -> float:
    """Doubles up to a limit, with jitter, so that replicas do not come back in step."""
    longest_s: float = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 20))
    return longest_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


async def _take_turns(name: str, turn: Turn, outages: Outages) -> NoReturn:
    failures = 0
    while True:
        try:
            rest_s = await turn()
            failures = 0
        except Exception as fault:  # noqa: BLE001 - a fault in one turn must not end all later ones
            failures += 1
            rest_s = backoff_s(failures)
            _tell(name, fault, outages)
        await asyncio.sleep(rest_s)


def _tell(name: str, fault: Exception, outages: Outages) -> None:
    if isinstance(fault, outages):
        logger(__name__).warning("background_waits", task=name, reason=type(fault).__name__)
    else:
        logger(__name__).error("background_turn_failed", task=name, exc_info=fault)
