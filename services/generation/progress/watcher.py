"""One who watches, and what becomes of news for it: written at once, or kept while it is slow.

A write is begun by hand, in the turn of whoever has news: an ASGI server ends it at once unless
the client's buffers are full. Only then a task is made, which goes on with the write, and what
comes meanwhile is kept: every stage of every job, but of its steps only the latest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator, Sequence
from enum import StrEnum
from types import coroutine
from typing import Any, Protocol

from services.contracts.events import EventKind
from services.generation.progress.news import Bundle, News
from services.kernel.logs import logger

LARGEST_BACKLOG = 512
Writing = Coroutine[Any, Any, None]


class Reason(StrEnum):
    """Why a stream ends."""

    FINISHED = "finished"
    TIMEOUT = "timeout"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - no secret
    RENEW = "renew"
    DRAINING = "draining"
    TOO_SLOW = "too_slow"


class Line(Protocol):
    """How a watcher is written to. Each verb is one write; it waits for nothing but the client."""

    def open(self, bundle: Bundle) -> Writing:
        """Send the first news."""

    def write(self, bundle: Bundle) -> Writing:
        """Send news."""

    def beat(self) -> Writing | None:
        """Show that the line is alive; None where the server does that by itself."""

    def end(self, reason: Reason) -> Writing:
        """Send the last event and end the response."""


class Watcher:
    """Held until `go`, then live. `job_id` is None for all of a person's jobs.

    `_kept` is None while it is live; held or slow, it has what came meanwhile.
    """

    __slots__ = (
        "_kept",
        "_line",
        "_owner",
        "_reason",
        "_task",
        "job_id",
        "slot",
        "timer",
        "user_id",
    )

    def __init__(self, line: Line, user_id: str, job_id: str | None, slot: int) -> None:
        self.user_id = user_id
        self.job_id = job_id
        self.slot = slot
        self.timer: asyncio.TimerHandle | None = None
        self._line = line
        self._owner = asyncio.current_task()
        self._kept: dict[str, News] | None = {}
        self._task: asyncio.Task[None] | None = None
        self._reason: Reason | None = None

    @property
    def is_slow(self) -> bool:
        """Whether a write waits for the client."""
        return self._task is not None

    @property
    def is_cut(self) -> bool:
        """Whether it was given up."""
        return self._reason is Reason.TOO_SLOW

    def held(self) -> Sequence[News]:
        """What came before `go`."""
        return tuple((self._kept or {}).values())

    def go(self, opening: Sequence[News]) -> None:
        """Begin with the present state; from now on news is written as it comes."""
        self._kept = None
        self._begin(self._line.open(Bundle(opening)))
        if self._reason is not None and self._kept is None:
            self._begin(self._line.end(self._reason), is_last=True)

    def offer(self, bundle: Bundle) -> bool:
        """Write it or keep it; never waits. False when it is slow and too much is kept."""
        if self._reason is not None:
            return True
        if self._kept is None:
            self._begin(self._line.write(bundle))
            return True
        _keep(self._kept, bundle)
        return self._task is None or len(self._kept) <= LARGEST_BACKLOG

    def beat(self) -> None:
        """A sign of life, for those that are not being written to anyway."""
        writing = self._line.beat() if self._kept is None and self._reason is None else None
        if writing is not None:
            self._begin(writing)

    def end(self, reason: Reason) -> None:
        """Tell why and end, after whatever is still to be written."""
        if self._reason is None:
            self._reason = reason
            if self._kept is None:
                self._begin(self._line.end(reason), is_last=True)

    def cut(self) -> None:
        """Give it up where it stands: it takes nothing."""
        self._reason = Reason.TOO_SLOW
        if self._owner is not None:
            self._owner.cancel()

    def close(self) -> None:
        """Let go of everything."""
        if self.timer is not None:
            self.timer.cancel()
        if self._task is not None:
            self._task.cancel()
        self._owner = self._task = None

    def _begin(self, writing: Writing, *, is_last: bool = False) -> None:
        try:
            waits_for = writing.send(None)
        except (StopIteration, OSError):  # done; or the client has gone, which its own task hears
            return
        except Exception:  # noqa: BLE001 - one broken line must not keep news from the others
            self._break()
            return
        self._kept = {}
        rest = self._catch_up(_rest(writing, waits_for), is_last=is_last)
        self._task = asyncio.get_running_loop().create_task(rest)

    async def _catch_up(self, rest: Writing, *, is_last: bool) -> None:
        try:
            await rest
            while self._kept:
                kept, self._kept = list(self._kept.values()), {}
                await self._line.write(Bundle(kept))
            self._kept = self._task = None
            if self._reason is not None and not is_last:
                await self._line.end(self._reason)
        except OSError:
            return
        except Exception:  # noqa: BLE001 - as above
            self._break()

    def _break(self) -> None:
        logger(__name__).exception("line_broken")
        self.cut()


def _keep(kept: dict[str, News], bundle: Bundle) -> None:
    for item in bundle.news:
        if item.kind == EventKind.PROGRESS:
            kept.pop(item.job_id, None)
            kept[item.job_id] = item
        else:
            kept[str(item.position)] = item


@coroutine
def _rest(begun: Writing, waits_for: object) -> Generator[Any, Any, None]:
    """A coroutine that was begun by hand, to be awaited from where it stands."""
    try:
        yield waits_for
        yield from begun
    finally:
        begun.close()
