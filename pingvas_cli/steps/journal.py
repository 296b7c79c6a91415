"""The journal: when each step ran, how long it took and what it gave. Never the truth.

One JSON object a line, appended and synced to disk; a torn last line (killed while writing) is
passed over when reading. The world outranks it: no step is skipped because of what stands here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """One finished step of one run; times are ISO 8601 UTC, `elapsed_s` seconds."""

    run: str
    slug: str
    outcome: str
    started_at: str
    elapsed_s: float
    outputs: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True)
class Journal:
    """An append-only file of records, readable only by its owner."""

    path: Path

    def append(self, record: Record) -> None:
        line = json.dumps(asdict(record), ensure_ascii=False) + "\n"
        fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(fd, self._after_torn_line() + line.encode())
            os.fsync(fd)
        finally:
            os.close(fd)

    def records(self) -> Iterator[Record]:
        """Every whole record, oldest first."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                yield Record(**json.loads(line))
            except ValueError:
                continue

    def has_done(self, slug: str) -> bool:
        """True when the step was applied here before."""
        return any(each.slug == slug and each.outcome == "done" for each in self.records())

    def _after_torn_line(self) -> bytes:
        """A line end when the last writer was killed in the middle of its line."""
        with self.path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() == 0:
                return b""
            file.seek(-1, os.SEEK_END)
            return b"" if file.read(1) == b"\n" else b"\n"
