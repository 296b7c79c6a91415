"""Where an installation happens, so that it is whole or absent, and one at a time per name.

Beside the shelf's folders, hidden from it: a lock, a folder being made, the folder it replaces, one
being deleted, and a download that a later try goes on with. A killed run leaves at most these; the
next one clears up.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from services.contracts.checkpoints import MANIFEST_FILE, CheckpointManifest
from worker.errors import InstallFailure

LOCK_PATIENCE_S = 3600.0
_BEGUN = frozenset({".making", ".retired", ".removed"})


class Workplace:
    """The places of one name below the checkpoints folder."""

    @classmethod
    def begun(cls, into: Path) -> "list[Workplace]":
        """Those where something is half made or half deleted, by a process that lives or not."""
        places = (path for path in into.glob(".*") if path.suffix in _BEGUN)
        return [cls(into, name) for name in {path.stem.removeprefix(".") for path in places}]

    def __init__(self, into: Path, name: str) -> None:
        self.shelved = into / name
        self.making = into / f".{name}.making"
        self.download = into / f".{name}.download"
        self._retired = into / f".{name}.retired"
        self._removed = into / f".{name}.removed"
        self._lock = into / f".{name}.lock"

    @contextmanager
    def alone(self, patience_s: float = LOCK_PATIENCE_S) -> Iterator[None]:
        """Hold the name's lock (it ends with the process) and mend what a killed run left."""
        self.shelved.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(self._lock, timeout=patience_s)
            with lock:
                self._mend()
                yield
        except Timeout as error:
            raise InstallFailure(
                "checkpoint_busy",
                f"another installation of {self.shelved.name!r} is running",
                "Wait until it is done, or end it.",
            ) from error

    def start(self) -> Path:
        """An empty folder to make the checkpoint in."""
        shutil.rmtree(self.making, ignore_errors=True)
        self.making.mkdir()
        return self.making

    def publish(self) -> None:
        """Put what was made in place. Between the two renames only `_mend` is needed."""
        if self.shelved.exists():
            self.shelved.rename(self._retired)
        self.making.rename(self.shelved)
        self._clear()
        shutil.rmtree(self.download, ignore_errors=True)

    def tell(self, manifest: CheckpointManifest) -> None:
        """Put another manifest in place of the shelved one's, whole at any moment."""
        manifest.write(self.start())
        (self.making / MANIFEST_FILE).replace(self.shelved / MANIFEST_FILE)
        self._clear()

    def remove(self) -> None:
        """Take the shelved one away: first from sight as a whole, then from the disk."""
        shutil.rmtree(self._removed, ignore_errors=True)
        self.shelved.rename(self._removed)
        shutil.rmtree(self._removed, ignore_errors=True)

    def drop(self) -> None:
        """Leave nothing of what was begun and not published."""
        shutil.rmtree(self.making, ignore_errors=True)

    def _mend(self) -> None:
        if self._retired.exists() and not self.shelved.exists():
            self._retired.rename(self.shelved)
        self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self._retired, ignore_errors=True)
        shutil.rmtree(self._removed, ignore_errors=True)
        self.drop()
