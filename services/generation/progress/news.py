"""One piece of news: its place among all news, and its bytes, made once for all who get it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

from services.contracts.events import FINAL_KINDS, EventKind, JobNews
from services.dispatch.progress import PROMISE, Entry

ID_PATTERN = r"^[0-9]{1,15}-[0-9]{1,15}(-[0-9]{1,9})?$"
_ID = re.compile(ID_PATTERN)
READY = "ready"
# Redis' clock gives the ids of entries, PostgreSQL's the ends of jobs, ours the places we make up.
CLOCKS_APART_MS = 60_000
_STAGES: dict[str, int] = {EventKind.QUEUED: 0, EventKind.STARTED: 1, EventKind.PROGRESS: 1}
LAST_STAGE = 2


class Position(NamedTuple):
    """Where news stands: an entry of the stream, or with `extra` a place that this process made up.

    The id in events is its text; `ms` is Unix time. Positions of one process only grow.
    """

    ms: int = 0
    number: int = 0
    extra: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id; raises ValueError when it is none."""
        if not _ID.match(text):
            raise ValueError("not an event id")
        return cls(*(int(part) for part in text.split("-")))

    def __str__(self) -> str:
        return f"{self.ms}-{self.number}-{self.extra}" if self.extra else f"{self.ms}-{self.number}"

    def next(self) -> Position:
        """The place right after it, before any later entry."""
        return Position(self.ms, self.number, self.extra + 1)

    def heard(self) -> Position:
        """Up to where somebody who has this id has surely heard all, whoever gave it.

        A place that was made up is of that process' clock: another's entries may lie before it.
        """
        return Position(max(0, self.ms - CLOCKS_APART_MS)) if self.extra else self


@dataclass(slots=True)
class News:
    """Ids are texts here: they are compared and passed on, nothing else."""

    position: Position
    user_id: str
    job_id: str
    kind: str
    attempt: int
    body: str
    preview: str = field(default="", repr=False)
    _sse: bytes = field(default=b"", repr=False)
    _message: str = field(default="", repr=False)

    @classmethod
    def of_entry(cls, entry: Entry, preview: str = "") -> Self:
        """As it came from the stream; raises ValueError for a kind of a newer release."""
        kind, position = EventKind(entry.kind), Position.parse(entry.entry_id)
        return cls(position, entry.user_id, entry.job_id, kind, entry.attempt, entry.body, preview)

    @classmethod
    def of_state(cls, user_id: str, state: JobNews) -> Self:
        """As the record has it; it gets its place when it turns out to be new."""
        job_id, body = str(state.job_id), state.model_dump_json()
        return cls(Position(), user_id, job_id, state.kind, state.attempt, body)

    @classmethod
    def ready(cls, position: Position, *, open_jobs: int, is_complete: bool) -> Self:
        """The end of the present state: what follows happens from now on."""
        body = json.dumps({"open_jobs": open_jobs, "complete": is_complete})
        return cls(position, "", "", READY, 0, body)

    @property
    def is_final(self) -> bool:
        """Nothing comes after it for its job."""
        return self.kind in FINAL_KINDS

    @property
    def stage(self) -> tuple[int, int]:
        """Grows over a job's life: later attempts after earlier ones, an end after all."""
        stage = _STAGES.get(self.kind, LAST_STAGE)
        return (LAST_STAGE, 0) if stage == LAST_STAGE else (0, 2 * self.attempt + stage)

    @property
    def data(self) -> str:
        """The body, with the preview where one was promised."""
        if not self.preview:
            return self.body.replace(PROMISE, '"preview":null', 1)
        return self.body.replace(PROMISE, f'"preview":"{self.preview}"', 1)

    def plain(self) -> Self:
        """What is worth keeping: without the preview."""
        return replace(self, preview="", _sse=b"", _message="") if self.preview else self

    @property
    def sse(self) -> bytes:
        """As a server-sent event."""
        if not self._sse:
            place = f"id: {self.position}\n" if any(self.position) else ""
            self._sse = f"{place}event: {self.kind}\ndata: {self.data}\n\n".encode()
        return self._sse

    @property
    def message(self) -> str:
        """As a WebSocket message."""
        if not self._message:
            place = f'"{self.position}"' if any(self.position) else "null"
            self._message = f'{{"id":{place},"event":"{self.kind}","data":{self.data}}}'
        return self._message


class Bundle:
    """News that leaves together. Its messages are shared by all who get the same bundle."""

    __slots__ = ("_chunk", "_texts", "news")

    def __init__(self, news: Sequence[News]) -> None:
        self.news = news
        self._chunk: dict[str, object] | None = None
        self._texts: list[dict[str, object]] | None = None

    @property
    def chunk(self) -> dict[str, object]:
        """One part of an HTTP response with all of it."""
        if self._chunk is None:
            body = b"".join([item.sse for item in self.news])
            self._chunk = {"type": "http.response.body", "body": body, "more_body": True}
        return self._chunk

    @property
    def texts(self) -> list[dict[str, object]]:
        """One WebSocket message each."""
        if self._texts is None:
            self._texts = [{"type": "websocket.send", "text": item.message} for item in self.news]
        return self._texts
