"""Keeps files of advised checkpoints in the machine's file cache, so that a first load is short.

Reads them once in a thread beside the jobs, as far as free memory goes; it never evicts, and takes
no memory of its own.
"""

import threading
from collections.abc import Sequence

import psutil
import structlog

from worker.checkpoints.digest import CHUNK_BYTES, weigh_files
from worker.checkpoints.shelf import Shelf, Shelved
from worker.errors import JobFailure

# What stays free for jobs: the cache would give way to them, but at the cost of their time.
SHARE_OF_FREE_MEMORY = 0.5

log = structlog.get_logger()


class Prefetch:
    """`begin` may be called again and again: what was read once is not read again."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._read: set[str] = set()
        self._thread: threading.Thread | None = None
        self._is_over = threading.Event()

    def begin(self, names: Sequence[str]) -> None:
        """Read what is advised, lies here and was not read yet; returns at once."""
        if not names or (self._thread and self._thread.is_alive()):
            return
        shelved = self._shelf.checkpoints() | self._shelf.loras()
        known = [shelved[name] for name in names if name in shelved]
        wanted = [each for each in known if each.manifest.sha256 not in self._read]
        if wanted:
            self._thread = threading.Thread(target=self._warm, args=(wanted,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the reading at the next piece."""
        self._is_over.set()

    def wait(self) -> None:
        """Until what was begun has been read."""
        if self._thread:
            self._thread.join()

    @property
    def read(self) -> frozenset[str]:
        """Checksums of the checkpoints that were read."""
        return frozenset(self._read)

    def _warm(self, wanted: Sequence[Shelved]) -> None:
        for shelved in wanted:
            self._read.add(shelved.manifest.sha256)
            free_bytes = psutil.virtual_memory().available * SHARE_OF_FREE_MEMORY
            if shelved.manifest.size_bytes > free_bytes:
                log.info("not_prefetched", checkpoint=shelved.manifest.name, why="memory")
                continue
            self._touch(shelved)

    def _touch(self, shelved: Shelved) -> None:
        try:
            with self._shelf.hold(shelved) as local:
                for name in weigh_files(local.folder):
                    with (local.folder / name).open("rb") as stream:
                        while not self._is_over.is_set() and stream.read(CHUNK_BYTES):
                            pass
        except (OSError, JobFailure) as gone:  # removed or replaced under us
            log.info("not_prefetched", checkpoint=shelved.manifest.name, why=type(gone).__name__)
        else:
            log.info("prefetched", checkpoint=shelved.manifest.name)
