"""A real terminal of a chosen width, and all that is written to it."""

from __future__ import annotations

import os
import re
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

COLOR = re.compile(r"\x1b\[[0-9;]*m")


class Seen:
    """What a terminal showed; whole once it is closed."""

    def __init__(self, master: int) -> None:
        self._bytes = b""
        self._thread = threading.Thread(target=self._read, args=(master,))
        self._thread.start()

    def _read(self, master: int) -> None:
        while some := _some(master):
            self._bytes += some

    def close(self) -> None:
        self._thread.join()

    @property
    def lines(self) -> list[str]:
        """Without colors."""
        return COLOR.sub("", self._bytes.decode()).splitlines()

    @property
    def words(self) -> str:
        """Everything in one line, with single blanks."""
        return " ".join(" ".join(self.lines).split())


@contextmanager
def terminal(columns: int) -> Iterator[Seen]:
    """stdout and stderr are a terminal meanwhile."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    seen = Seen(master)
    with (
        os.fdopen(slave, "w") as stream,
        patch.object(sys, "stdout", stream),
        patch.object(sys, "stderr", stream),
    ):
        yield seen
    seen.close()
    os.close(master)


def _some(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # nobody has the other end open any more
        return b""
