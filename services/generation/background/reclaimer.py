"""Puts back what lost workers held and what was delayed until now."""

from services.dispatch.queue import Queue
from services.kernel.logs import logger

SHORTEST_REST_S = 0.05


class Reclaimer:
    """Rests until the next deadline, but never longer than `every_s`."""

    def __init__(self, queue: Queue, every_s: float) -> None:
        self._queue = queue
        self._every_s = every_s

    async def turn(self) -> float:
        """One round."""
        reclaimed = await self._queue.reclaim()
        if reclaimed.put_back or reclaimed.dead:
            logger(__name__).warning(
                "leases_expired", put_back=reclaimed.put_back, dead=reclaimed.dead
            )
        due_s = self._every_s if reclaimed.next_due_s is None else reclaimed.next_due_s
        return min(self._every_s, max(SHORTEST_REST_S, due_s))
