"""Places and waits for tests of the adapters."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

Until = Callable[[Callable[[], bool]], None]


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for unix sockets, and that other accounts may enter."""
    folder = Path(tempfile.mkdtemp(prefix="pv", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


@pytest.fixture
def until() -> Until:
    """`until(ask)` returns when the answer is yes, and fails after 20 seconds."""

    def wait(ask: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not ask():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    return wait
