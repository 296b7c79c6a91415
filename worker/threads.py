"""The two threads beside the event loop: one that renders, one that stores.

torch blocks for seconds and boto3 for as long as the network likes; heartbeats must not wait for
either. Work that knows no boundary is left behind when the drain's grace is over.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from worker.errors import Reason, Stopped
from worker.interruption import Interruption

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """One thread, one piece of work at a time."""

    def __init__(self, name: str, interruption: Interruption) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._interruption = interruption
        self.is_abandoned = False

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The work's answer; raises Stopped when a drain could not wait for it."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))
        patience = asyncio.create_task(self._interruption.grace_is_over())
        either: tuple[asyncio.Future[Any], ...] = (future, patience)
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
        if future.done():
            return future.result()
        self.is_abandoned = True
        raise Stopped(Reason.DRAINING)
