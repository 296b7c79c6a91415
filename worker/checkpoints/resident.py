"""Loaded checkpoints kept in memory: the least recently used goes first, by measured bytes.

Opened in the thread that loads, closed from anywhere: closing waits for no load. Knows no torch: it
is given a loader.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from worker.checkpoints.shelf import Shelf, Shelved
from worker.pipelines.pipeline import Pipeline


def held_while_loading(
    shelf: Shelf, load: Callable[[Shelved], Pipeline]
) -> Callable[[Shelved], Pipeline]:
    """The loader, with files that nobody lets go meanwhile."""

    def load_held(shelved: Shelved) -> Pipeline:
        with shelf.hold(shelved) as local:
            return load(local)

    return load_held


class Residents:
    """Holds pipelines by the checksum of their weights, so that a reinstalled name loads anew.

    One that is larger than the budget is still loaded, alone.
    """

    def __init__(self, load: Callable[[Shelved], Pipeline], budget_bytes: int) -> None:
        self._load = load
        self._budget_bytes = budget_bytes
        self._loaded: OrderedDict[str, Pipeline] = OrderedDict()
        self._in_use: Counter[str] = Counter()
        self._counting = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """Measured size of everything loaded."""
        return sum(pipeline.size_bytes for pipeline in list(self._loaded.values()))

    def among(self, shelved: Mapping[str, Shelved]) -> list[str]:
        """The names whose weights are loaded."""
        return [name for name, each in shelved.items() if each.manifest.sha256 in self._loaded]

    def has_room_beside(self, shelved: Shelved) -> bool:
        """Can it be had while everything that is in use stays?"""
        loaded = list(self._loaded.items())
        used = [each.size_bytes for key, each in loaded if self._in_use[key]]
        is_loaded = shelved.manifest.sha256 in dict(loaded)
        return is_loaded or sum(used) + shelved.manifest.size_bytes <= self._budget_bytes

    @contextmanager
    def open(self, shelved: Shelved) -> Iterator[Pipeline]:
        """The checkpoint's pipeline, loaded if it is not; not evicted while the block runs."""
        key = shelved.manifest.sha256
        with self._counting:
            self._in_use[key] += 1
        try:
            yield self._fetch(key, shelved)
        finally:
            with self._counting:
                self._in_use[key] -= 1

    def evict_idle(self) -> None:
        """Give back all memory that no job uses: after an out-of-memory, and at the end."""
        self._make_room(self._budget_bytes + 1)

    def _fetch(self, key: str, shelved: Shelved) -> Pipeline:
        if key not in self._loaded:
            # The size on disk is a guess good enough to make room beforehand; then it is measured.
            self._make_room(shelved.manifest.size_bytes)
            self._loaded[key] = self._load(shelved)
            self._make_room(0)
        self._loaded.move_to_end(key)
        return self._loaded[key]

    def _make_room(self, needed_bytes: int) -> None:
        for key in [key for key in self._loaded if not self._in_use[key]]:
            if self.held_bytes + needed_bytes <= self._budget_bytes:
                return
            self._loaded.pop(key).close()
