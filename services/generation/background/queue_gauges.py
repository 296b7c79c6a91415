"""Tells Prometheus, and whoever scales workers by it, how long the queue is.

Every replica tells the same. What is not known is not told: a queue that is away is no empty one,
and a zero would send workers home.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.dispatch.board import Board
from services.dispatch.operation import Operation

EVERY_S: Final = 2.0
FRESH_FOR_S: Final = 30.0
WORDS: Final = {
    "waiting_jobs": "Jobs that wait for a worker.",
    "leased_jobs": "Jobs that a worker runs or has claimed ahead.",
    "delayed_jobs": "Jobs that wait for another try.",
    "dead_jobs": "Jobs that were given up and are still known.",
    "workers": "Workers that are alive.",
}


class QueueGauges(Collector):
    """The series `pingvas_queue_*`, as they were at the last turn."""

    def __init__(self, board: Board, operation: Operation) -> None:
        self._board = board
        self._operation = operation
        self._known: Mapping[str, int] = {}
        self._fresh_until = float("-inf")

    async def turn(self) -> float:
        """Read them once."""
        counts = await self._operation.counts()
        situation = await self._board.situation()
        self._known = {
            "waiting_jobs": counts.waiting,
            "leased_jobs": counts.running,
            "delayed_jobs": counts.delayed,
            "dead_jobs": counts.dead,
            "workers": len(situation.workers),
        }
        self._fresh_until = time.monotonic() + FRESH_FOR_S
        return EVERY_S

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """What is known and fresh."""
        known = self._known if time.monotonic() < self._fresh_until else {}
        for name, value in known.items():
            yield GaugeMetricFamily(f"pingvas_queue_{name}", WORDS[name], value=value)
