"""The places of one name on the shelf, changed by one writer at a time, whole or not at all.

Names with a leading dot are hidden from workers: the lock (the one that the worker's installer
takes too), what an installation has fetched so far, and what is being replaced or removed. A
killed program leaves at most these; the next one goes on from them.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from filelock import FileLock, Timeout

from services.contracts.checkpoints import CheckpointManifest, read_manifest
from services.model.faults import Busy

WORK_SUFFIX = ".install"


class Place:
    """One name below the folder of checkpoints."""

    def __init__(self, shelf: Path, name: str) -> None:
        self.name = name
        self.shelved = shelf / name
        self._shelf = shelf
        self._retired = shelf / f".{name}.retired"
        self._removed = shelf / f".{name}.removed"
        self._lock = shelf / f".{name}.lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the name's lock, which ends with the process. Raises Busy at once."""
        self._shelf.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._lock, timeout=0, thread_local=False):
                self._mend()
                yield
        except Timeout as taken:
            raise Busy from taken

    def manifest(self) -> CheckpointManifest | None:
        """What lies there now."""
        return read_manifest(self.shelved)

    def work(self, install_id: UUID) -> Path:
        """Where an installation collects its files; nobody else's."""
        return self._shelf / f".{self.name}.{install_id.hex}{WORK_SUFFIX}"

    def publish(self, folder: Path) -> None:
        """Put a finished folder in place. Between the two renames only `_mend` is needed."""
        if self.shelved.exists():
            self.shelved.rename(self._retired)
        folder.rename(self.shelved)
        shutil.rmtree(self._retired, ignore_errors=True)

    def remove(self) -> None:
        """Hide it by one rename, then delete. Again does no harm."""
        shutil.rmtree(self._removed, ignore_errors=True)
        if self.shelved.exists():
            self.shelved.rename(self._removed)
        shutil.rmtree(self._removed, ignore_errors=True)

    def _mend(self) -> None:
        if self._retired.exists() and not self.shelved.exists():
            self._retired.rename(self.shelved)
        shutil.rmtree(self._retired, ignore_errors=True)
        shutil.rmtree(self._removed, ignore_errors=True)


def clear(work: Path) -> None:
    """Delete what an installation collected."""
    shutil.rmtree(work, ignore_errors=True)


def abandoned_works(shelf: Path) -> dict[UUID, Path]:
    """What installations have collected, by their ids."""
    found: dict[UUID, Path] = {}
    for path in shelf.glob(f".*{WORK_SUFFIX}") if shelf.is_dir() else ():
        stem, _, identity = path.name.removesuffix(WORK_SUFFIX).rpartition(".")
        if stem and len(identity) == 32:
            found[UUID(identity)] = path
    return found


def free_bytes(shelf: Path) -> int:
    """Room that is left for the shelf."""
    shelf.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(shelf).free
