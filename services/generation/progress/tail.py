"""Reads the stream of news once for this process, and goes on by itself after an outage.

What an outage swallowed is told from the record: `Lookout` asks it for the jobs that somebody
waits for, at once after an outage and every few seconds besides, in one statement.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from services.dispatch.errors import QueueUnavailable
from services.dispatch.progress import START, Entry, NewsStream
from services.generation.progress.hub import Hub
from services.generation.progress.news import News, Position
from services.generation.progress.record import Record
from services.kernel.logs import logger

LOOK_EVERY_S = 10.0
LOOKS_AT = 500
BEAT_EVERY_S = 1.0
GATHER_S, IDLE_S = 0.02, 0.1


class Tail:
    """One turn reads one batch, and waits for the first by itself.

    It rests after news that nobody here watches for: to read each piece by itself would cost Redis
    a call for every job of a busy environment.
    """

    def __init__(self, stream: NewsStream, hub: Hub, lookout: Lookout) -> None:
        self._stream = stream
        self._hub = hub
        self._lookout = lookout
        self._after = START
        self._was_away = False

    async def turn(self) -> float:
        """Raises QueueUnavailable while Redis is away."""
        try:
            if self._was_away:
                await self._find_again()
            entries = await self._stream.read(self._after)
            previews = await self._previews(entries)
        except QueueUnavailable:
            self._was_away = True
            raise
        if entries:
            self._after = entries[-1].entry_id
            if not self._hub.hear(_read(entries, previews)):
                return GATHER_S if self._hub.streams else IDLE_S
        return 0.0

    async def _previews(self, entries: Sequence[Entry]) -> dict[str, str]:
        """By entry, of jobs that are watched here: for the latest news of each."""
        latest = {
            entry.job_id: entry.entry_id
            for entry in entries
            if entry.promises_preview and self._hub.is_watched(entry.user_id)
        }
        found = await self._stream.previews(list(latest))
        return {latest[job_id]: preview for job_id, preview in found.items()}

    async def _find_again(self) -> None:
        """A server that was promoted or emptied may know less than we do: go on from its end."""
        last = await self._stream.last()
        if Position.parse(last) < Position.parse(self._after):
            self._after = last
        self._was_away = False
        self._lookout.hurry()


def _read(entries: Sequence[Entry], previews: Mapping[str, str]) -> Iterator[News]:
    for entry in entries:
        try:
            yield News.of_entry(entry, previews.get(entry.entry_id, ""))
        except ValueError:
            logger(__name__).warning("news_unreadable", kind=entry.kind, entry_id=entry.entry_id)


class Lookout:
    """Asks the record after jobs whose end nobody told, and keeps the lines alive."""

    def __init__(self, hub: Hub, record: Record) -> None:
        self._hub = hub
        self._record = record
        self._beats = 0
        self._looked_at = time.monotonic()

    def hurry(self) -> None:
        """Look at the next turn."""
        self._looked_at = float("-inf")

    async def turn(self) -> float:
        """Look when it is time."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            await self.look()
        return BEAT_EVERY_S

    async def look(self) -> None:
        """All jobs that somebody waits for."""
        waited_for = list(self._hub.open_jobs())
        for start in range(0, len(waited_for), LOOKS_AT):
            for state in await self._record.by_id(waited_for[start : start + LOOKS_AT]):
                self._hub.learn(state.user_id, [state])

    async def beat(self) -> float:
        """One turn of the heartbeat; all watchers have had one after fifteen."""
        self._beats += 1
        self._hub.beat(self._beats)
        return BEAT_EVERY_S
