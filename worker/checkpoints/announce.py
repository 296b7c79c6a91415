"""What the installer says while it works: one JSON object a line, for programs to read."""

import json
import sys
from time import monotonic

EVERY_S = 0.2


class Progress:
    """The bytes of one stage. Says its beginning and end, and not too much in between."""

    def __init__(self, stage: str, total_bytes: int) -> None:
        self._stage = stage
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._said_at = 0.0
        self._say()

    def add(self, count: int) -> None:
        """So many bytes more."""
        self.reach(self._done_bytes + count)

    def reach(self, done_bytes: int) -> None:
        """So many bytes in all."""
        self._done_bytes = done_bytes
        if monotonic() - self._said_at >= EVERY_S:
            self._say()

    def finish(self) -> None:
        """All of it."""
        self._done_bytes = self._total_bytes
        self._say()

    def _say(self) -> None:
        self._said_at = monotonic()
        say({"progress": self._done_bytes, "total": self._total_bytes, "stage": self._stage})


def say(content: dict[str, object]) -> None:
    """One line."""
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()
