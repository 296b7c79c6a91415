"""One run at a time: a lock that dies with its holder and says who that is.

The lock is the operating system's, on a file, so a killed holder never leaves it locked; who, where
and since when stand beside it for people to read.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pingvas_cli.errors import PingvasError, Refused


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: user, process, host, what for and since when (ISO 8601 UTC)."""

    owner: str
    pid: int
    host: str
    purpose: str
    since: str

    def age_s(self, now: datetime) -> float:
        """Seconds since it was taken."""
        return (now - datetime.fromisoformat(self.since)).total_seconds()


@dataclass(frozen=True)
class Lock:
    """The lock of one platform; `path` is its file."""

    path: Path

    @contextmanager
    def held(self, owner: str, purpose: str) -> Iterator[None]:
        """Hold it for a block; Refused (`steps.locked`) when somebody else does."""
        lock = FileLock(self.path, mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise self._refusal() from None
        except OSError as error:
            path, detail = str(self.path), error.strerror or str(error)
            raise PingvasError(
                "steps.system_refuses", where=path, path=path, detail=detail
            ) from error
        try:
            with suppress(OSError):  # a full disk: the lock itself needs no space
                self._describe(owner, purpose)
            yield
        finally:
            if self._read().pid == os.getpid():
                self._note.unlink(missing_ok=True)
            lock.release()

    def holder(self) -> Holder | None:
        """Who holds it now, or None when it is free."""
        lock = FileLock(self.path, mode=0o600)
        if not self.path.exists():
            return None
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return self._read()
        lock.release()
        return None

    def break_open(self) -> None:
        """Forget the present holder: the next run takes a new file. For a hung holder only."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        return self.path.with_suffix(".json")

    def _describe(self, owner: str, purpose: str) -> None:
        holder = Holder(
            owner, os.getpid(), socket.gethostname(), purpose, datetime.now(UTC).isoformat()
        )
        self._note.write_text(json.dumps(asdict(holder)), encoding="utf-8")

    def _read(self) -> Holder:
        with suppress(OSError, ValueError, TypeError):
            return Holder(**json.loads(self._note.read_text(encoding="utf-8")))
        now = datetime.now(UTC).isoformat()
        return Holder("?", 0, socket.gethostname(), "?", now)

    def _refusal(self) -> Refused:
        holder = self._read()
        age = round(holder.age_s(datetime.now(UTC)))
        return Refused("steps.locked", where=str(self.path), age_s=age, **asdict(holder))
