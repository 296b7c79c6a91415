"""Where watchers are served: the present state first, then news, until there is a reason to end.

The state is merged with news at one instant: each stage is told once, in the order of its ids.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

from services.generation.progress.hub import Hub
from services.generation.progress.news import News, Position
from services.generation.progress.record import Present, Record
from services.generation.progress.watcher import Line, Reason, Watcher
from services.kernel.access import Caller

# However long a token or a key is good for: so that a revoked one does not watch for ever.
LONGEST_STREAM_S = 3_600.0


@dataclass(frozen=True, slots=True)
class View:
    """What somebody wants to see: one job or all, from `last` on, for so long at most."""

    caller: Caller
    job_id: UUID | None = None
    last: Position | None = None
    timeout_s: float | None = None

    def lasts(self) -> tuple[float, Reason]:
        """Seconds until it ends, and why."""
        ends = [(LONGEST_STREAM_S, Reason.RENEW)]
        if self.timeout_s is not None:
            ends.append((self.timeout_s, Reason.TIMEOUT))
        if self.caller.expires_at is not None:
            ends.append((self.caller.expires_at - time.time(), Reason.TOKEN_EXPIRED))
        return min(ends)


@dataclass(frozen=True)
class Desk:
    """`join`, `present`, `go`, and `leave` whatever happens."""

    hub: Hub
    record: Record

    def join(self, line: Line, view: View) -> Watcher:
        """Raises TooManyStreams or StreamsFull. From now on no news is missed."""
        job_id = None if view.job_id is None else str(view.job_id)
        return self.hub.join(line, str(view.caller.user_id), job_id)

    async def present(self, view: View) -> Present:
        """The record's word, which the hub hears too. Raises JobNotFound, DatabaseUnavailable."""
        user_id = view.caller.user_id
        if view.job_id is None:
            present = await self.record.jobs(user_id, view.last)
        else:
            present = await self.record.job(user_id, view.job_id)
        self.hub.learn(str(user_id), present.states)
        return present

    def is_over(self, view: View) -> bool:
        """Whether the one job to see has ended; `go` ends the stream after telling so."""
        stage = None if view.job_id is None else self.hub.ledger.stage_of(str(view.job_id))
        return stage is not None and stage.is_final

    def is_known(self, view: View, present: Present) -> bool:
        """Whether the client knows the end of its job: there is nothing to come back for."""
        stages = map(self._stage, present.states)
        heard = (view.last or Position()).heard()
        return self.is_over(view) and all(stage.position <= heard for stage in stages)

    def go(self, watcher: Watcher, view: View, present: Present) -> None:
        """Tell the present state and let the watcher go live, in one instant."""
        watcher.go([*self._opening(watcher, view.last, present), self._ready(present)])
        seconds, reason = (0.0, Reason.FINISHED) if self.is_over(view) else view.lasts()
        if seconds <= 0:
            watcher.end(reason)
        else:
            loop = asyncio.get_running_loop()
            watcher.timer = loop.call_later(seconds, watcher.end, reason)

    def leave(self, watcher: Watcher) -> None:
        """It is gone."""
        self.hub.leave(watcher)

    def _opening(self, watcher: Watcher, last: Position | None, present: Present) -> list[News]:
        stages = {state.job_id: self._stage(state) for state in present.states}
        steps = [step for job_id in stages if (step := self.hub.ledger.step_of(job_id))]
        known = [*stages.values(), *steps]
        news = [item for item in known if last is None or item.position > last.heard()]
        news += [item for item in watcher.held() if item.job_id not in stages]
        return sorted(news, key=lambda item: item.position)

    def _ready(self, present: Present) -> News:
        open_jobs = sum(not self._stage(state).is_final for state in present.states)
        position = self.hub.ledger.position
        return News.ready(position, open_jobs=open_jobs, is_complete=present.is_complete)

    def _stage(self, state: News) -> News:
        """What is known of a job by now."""
        return self.hub.ledger.stage_of(state.job_id) or state
