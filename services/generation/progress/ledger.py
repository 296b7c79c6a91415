"""What this process knows of jobs: the latest stage of each, and how far the running ones are.

Bounded: the jobs that were quiet longest are forgotten, and told again from the record when
somebody asks.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from services.contracts.events import EventKind
from services.generation.progress.news import News, Position

JOBS_KNOWN = 20_000


class Ledger:
    """Gives news its place, and lets each stage of a job in once, whoever told of it first."""

    def __init__(self, jobs_known: int = JOBS_KNOWN) -> None:
        self.position = Position()
        self._jobs_known = jobs_known
        self._stages: OrderedDict[str, News] = OrderedDict()
        self._steps: dict[str, News] = {}

    def stage_of(self, job_id: str) -> News | None:
        """The latest of queued, started and the three ends."""
        return self._stages.get(job_id)

    def step_of(self, job_id: str) -> News | None:
        """How far a running job is."""
        return self._steps.get(job_id)

    def takes(self, news: News) -> bool:
        """Write it down under a place of its own; False when it is old, or known."""
        is_new = self._is_new(news)
        if is_new:
            self._place(news)
            self._write(news)
            self._forget_the_quiet()
        self.position = max(self.position, news.position)
        return is_new

    def _is_new(self, news: News) -> bool:
        """Steps count for the attempt that is known to run; they never run ahead of its start."""
        known = self._stages.get(news.job_id)
        if known is None:
            return True
        is_step = news.kind is EventKind.PROGRESS
        return news.stage == known.stage if is_step else news.stage > known.stage

    def _place(self, news: News) -> None:
        """An entry keeps its own place, unless a new server's clock is behind the old one's.

        What the record told gets a place of now: after all that anybody was told before.
        """
        if not any(news.position):
            news.position = max(self.position, Position(int(time.time() * 1000))).next()
        elif news.position <= self.position:
            news.position = self.position.next()

    def _write(self, news: News) -> None:
        if news.kind is EventKind.PROGRESS:
            self._steps[news.job_id] = news.plain()
            return
        self._stages[news.job_id] = news
        self._stages.move_to_end(news.job_id)
        self._steps.pop(news.job_id, None)

    def _forget_the_quiet(self) -> None:
        while len(self._stages) > self._jobs_known:
            job_id, _ = self._stages.popitem(last=False)
            self._steps.pop(job_id, None)
        while len(self._steps) > self._jobs_known:
            del self._steps[next(iter(self._steps))]
