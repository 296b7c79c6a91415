"""Take turns for ever: a turn says how long to rest; a failed one is repeated after a rest."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NoReturn

from services.dispatch.ending import end
from services.dispatch.errors import DispatchError
from services.kernel.db import DatabaseUnavailable
from services.kernel.logs import logger

Turn = Callable[[], Awaitable[float]]
REST_AFTER_FAILURE_S = 2.0


@asynccontextmanager
async def taking_turns(turns: Mapping[str, Turn]) -> AsyncIterator[None]:
    """The tasks run as long as the block; ending them loses nothing, each turn may be repeated."""
    tasks = {asyncio.create_task(take_turns(name, turn), name=name) for name, turn in turns.items()}
    try:
        yield
    finally:
        await end(tasks)


async def take_turns(name: str, turn: Turn) -> NoReturn:
    """Ends only by cancellation; what a turn raises is logged."""
    while True:
        try:
            rest_s = await turn()
        except (DispatchError, DatabaseUnavailable) as away:
            rest_s = REST_AFTER_FAILURE_S
            logger(__name__).warning("background_waits", task=name, reason=type(away).__name__)
        except Exception:  # noqa: BLE001 - a fault in one turn must not end all later ones
            rest_s = REST_AFTER_FAILURE_S
            logger(__name__).exception("background_turn_failed", task=name)
        await asyncio.sleep(rest_s)
