"""Who listens: everybody's watchers by person, and news handed to those it is for.

One hub in a process. Whatever comes is handed on in the same turn and never waits; a person's
watchers share the bytes. It must not read Redis or PostgreSQL: `tail` and `record` bring things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from services.generation.errors import StreamsFull, TooManyStreams
from services.generation.progress.ledger import Ledger
from services.generation.progress.news import Bundle, News
from services.generation.progress.watcher import Line, Reason, Watcher

BEATS = 15


@dataclass(slots=True)
class Room:
    """One person's watchers, and the person's jobs that are known to be open."""

    watchers: dict[Watcher, None] = field(default_factory=dict)
    open_jobs: set[str] = field(default_factory=set)

    def note(self, news: Sequence[News]) -> None:
        """Keep track of what is open."""
        for item in news:
            if item.is_final:
                self.open_jobs.discard(item.job_id)
            else:
                self.open_jobs.add(item.job_id)


class Hub:
    """`per_person` and `at_most` bound the streams of this process."""

    def __init__(self, *, per_person: int, at_most: int) -> None:
        self.ledger = Ledger()
        self.cut = 0
        self._per_person = per_person
        self._at_most = at_most
        self._rooms: dict[str, Room] = {}
        self._slots: list[dict[Watcher, None]] = [{} for _ in range(BEATS)]
        self._numbers = count()
        self._closing: Reason | None = None

    @property
    def streams(self) -> int:
        """How many watch."""
        return sum(len(slot) for slot in self._slots)

    def is_watched(self, user_id: str) -> bool:
        """Does anybody here watch this person's jobs?"""
        return user_id in self._rooms

    def join(self, line: Line, user_id: str, job_id: str | None) -> Watcher:
        """A watcher that is held until `go`. Raises TooManyStreams or StreamsFull."""
        if self._closing is not None or self.streams >= self._at_most:
            raise StreamsFull
        room = self._rooms.get(user_id)
        if room is not None and len(room.watchers) >= self._per_person:
            raise TooManyStreams(self._per_person)
        watcher = Watcher(line, user_id, job_id, next(self._numbers) % BEATS)
        self._rooms.setdefault(user_id, Room()).watchers[watcher] = None
        self._slots[watcher.slot][watcher] = None
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """It is gone; nothing of it stays."""
        watcher.close()
        self._slots[watcher.slot].pop(watcher, None)
        room = self._rooms.get(watcher.user_id)
        if room is not None:
            room.watchers.pop(watcher, None)
            if not room.watchers:
                del self._rooms[watcher.user_id]

    def hear(self, news: Iterable[News]) -> bool:
        """Hand on what is new of it, in its order; whether it was for anybody."""
        by_person: dict[str, list[News]] = {}
        for item in news:
            if self.ledger.takes(item) and item.user_id in self._rooms:
                by_person.setdefault(item.user_id, []).append(item)
        for user_id, items in by_person.items():
            self._hand_on(self._rooms[user_id], items)
        return bool(by_person)

    def learn(self, user_id: str, states: Sequence[News]) -> None:
        """Hear what the record says of a person's jobs, and keep track of those that are open."""
        self.hear(states)
        room = self._rooms.get(user_id)
        if room is not None:
            room.note(states)

    def open_jobs(self) -> Iterator[str]:
        """The jobs that somebody waits for."""
        for room in self._rooms.values():
            yield from room.open_jobs

    def beat(self, turn: int) -> None:
        """A sign of life for every fifteenth watcher."""
        for watcher in tuple(self._slots[turn % BEATS]):
            watcher.beat()

    def end_all(self, reason: Reason) -> None:
        """End every stream, and let no more in."""
        self._closing = reason
        for slot in self._slots:
            for watcher in tuple(slot):
                watcher.end(reason)

    def _hand_on(self, room: Room, news: list[News]) -> None:
        room.note(news)
        bundles: dict[str | None, Bundle] = {None: Bundle(news)}
        for watcher in tuple(room.watchers):
            job_id = watcher.job_id
            bundle = bundles.get(job_id)
            if bundle is None:
                bundle = Bundle([item for item in news if item.job_id == job_id])
                bundles[job_id] = bundle
            if bundle.news:
                self._offer(watcher, bundle)

    def _offer(self, watcher: Watcher, bundle: Bundle) -> None:
        if not watcher.offer(bundle):
            self.cut += 1
            watcher.cut()
        elif watcher.job_id is not None and bundle.news[-1].is_final:
            watcher.end(Reason.FINISHED)
