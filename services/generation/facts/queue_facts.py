"""What the queue shows, and what follows for those who wait; both remembered for a moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.contracts.jobs import lane_of
from services.contracts.tiers import TierTerms, terms_of
from services.dispatch.board import Board, Situation
from services.dispatch.errors import QueueUnavailable
from services.generation.eta import Forecast, Load
from services.generation.repository import open_jobs
from services.kernel.db import Database, Row
from services.kernel.logs import logger

NOBODY = Situation(waiting=0, workers=())


@dataclass(frozen=True)
class QueueFacts:
    """What two `Remembered` load."""

    database: Database
    board: Board
    tiers: Mapping[str, TierTerms]

    async def situation(self) -> Situation:
        """While the queue is away it is shown as empty and without workers: nothing is refused."""
        try:
            return await self.board.situation()
        except QueueUnavailable:
            logger(__name__).warning("queue_away_at_submit")
            return NOBODY

    async def forecast(self, reading: Callable[[], None]) -> Forecast:
        """From what workers were measured at, and the record's open jobs: those that were committed
        when `reading` is called.
        """
        try:
            situation = await self.board.situation()
            lanes = sorted(frozenset[str]().union(*situation.workers))
            speeds = await self.board.speeds(lanes)
        except QueueUnavailable:
            return Forecast([], (), {})
        reading()
        rows = await open_jobs.sum_open_work(self.database)
        return Forecast(map(self._load, rows), situation.workers, speeds)

    def _load(self, row: Row) -> Load:
        return Load(
            user=str(row["user_id"]),
            weight=terms_of(row["tier"], self.tiers).weight,
            lane=lane_of(row["checkpoint"], row["kind"]),
            waiting_jobs=row["waiting_jobs"],
            waiting_units=row["waiting_units"],
            running_units=row["running_units"],
        )
