"""Checkpoints in an object store, kept on a local disk: fetched, checked, used, and let go.

What is fetched is hashed while it is written and put on the shelf only when the manifest's checksum
is met. Each checksum has its own folder, so that a checkpoint that is published anew is fetched
beside the one that others still read. A folder that some process on this machine uses is never let
go: users share a lock on it, and letting go takes it alone.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import structlog

from services.contracts.checkpoints import CheckpointManifest, Kind, digest_of, read_manifest
from worker.checkpoints.failures import disk_failures
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.store import CheckpointStore
from worker.checkpoints.workplace import LOCK_PATIENCE_S, Workplace
from worker.errors import InstallFailure, JobFailure

# Of a checksum's hexadecimal digits, in the name of a folder: enough to tell contents apart.
TOLD_DIGITS = 16
_OUTDATED = frozenset({"checkpoint_missing", "checkpoint_replaced"})

log = structlog.get_logger()


class BucketCache:
    """The local disk in front of one bucket; at most `budget_bytes` where nothing is in use.

    `patience_s`: how long another process on this disk may take to fetch what is wanted here.
    """

    def __init__(
        self,
        store: CheckpointStore,
        folder: Path,
        budget_bytes: int,
        patience_s: float = LOCK_PATIENCE_S,
    ) -> None:
        self.store = store
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._patience_s = patience_s
        self.shelf = Shelf(folder)

    @contextmanager
    def lease(self, wanted: CheckpointManifest) -> Iterator[Shelved]:
        """This checkpoint with this checksum on the local disk; it stays while the block runs.

        Raises JobFailure: `checkpoint_missing`, `checkpoint_replaced` when the store has another of
        the name by now, `checkpoint_broken`, or the store's or the disk's.
        """
        place = Workplace(self._folder, f"{wanted.name}@{wanted.sha256[:TOLD_DIGITS]}")
        with ExitStack() as held:
            with disk_failures():
                held.enter_context(_locked(self._lock(place.shelved), fcntl.LOCK_SH))
                if not _has(place, wanted):
                    self._fetch(wanted, place)
                os.utime(place.shelved)
            yield Shelved(wanted, place.shelved)

    def make_room(self, needed_bytes: int) -> None:
        """Let the least recently used go that nobody uses, until so much fits beside the rest."""
        kept = sorted(self.shelf.all(), key=_used_ns)
        held = sum(each.manifest.size_bytes for each in kept)
        for each in kept:
            if held + needed_bytes <= self._budget_bytes:
                return
            if self._let_go(each):
                held -= each.manifest.size_bytes

    def tidy(self) -> None:
        """At the start: clear what killed processes left. What a living one is at stays."""
        for place in Workplace.begun(self._folder):
            alone = _locked(self._lock(place.shelved), fcntl.LOCK_EX | fcntl.LOCK_NB)
            with suppress(OSError, InstallFailure), alone, place.alone(patience_s=0):
                log.info("tidied", folder=place.shelved.name)

    def _fetch(self, wanted: CheckpointManifest, place: Workplace) -> None:
        with place.alone(self._patience_s):
            if _has(place, wanted):
                return
            manifest = self._manifest(wanted)
            self.make_room(manifest.size_bytes)
            self._download(manifest, place)
        log.info("fetched", checkpoint=wanted.name, bytes=wanted.size_bytes)
        self._let_older_go(wanted)

    def _manifest(self, wanted: CheckpointManifest) -> CheckpointManifest:
        """The store's own: it may say more of the same files."""
        found, name = self.store.find(wanted.name), wanted.name
        if found is None:
            detail = f"the checkpoint {name!r} is not in the store"
            raise JobFailure("checkpoint_missing", detail, retryable=True)
        if found.sha256 != wanted.sha256:
            detail = f"the store has another checkpoint {name!r} by now"
            raise JobFailure("checkpoint_replaced", detail, retryable=True)
        return found

    def _download(self, manifest: CheckpointManifest, place: Workplace) -> None:
        """Whole, or nothing is left of it: a full disk gets its room back."""
        try:
            folder = place.start()
            files = self.store.files(manifest.name)
            sums = {path: self._file(manifest.name, path, folder) for path in files}
            if digest_of(sums) != manifest.sha256:
                raise _broken(manifest.name)
            manifest.write(folder)
            place.publish()
        finally:
            place.drop()

    def _file(self, name: str, path: str, folder: Path) -> str:
        """Its sha256."""
        if not path.isprintable():  # a disk has no name for some of them
            raise _broken(name)
        target = (folder / path).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise _broken(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as stream:
            for chunk in self.store.chunks(name, path):
                digest.update(chunk)
                stream.write(chunk)
        return digest.hexdigest()

    def _let_older_go(self, wanted: CheckpointManifest) -> None:
        """What was fetched before under this name; one that is still used goes by its age."""
        for each in self.shelf.all():
            name, sha256 = each.manifest.name, each.manifest.sha256
            is_fetched = each.folder.name.startswith(f"{wanted.name}@")
            if name == wanted.name and sha256 != wanted.sha256 and is_fetched:
                self._let_go(each)

    def _let_go(self, shelved: Shelved) -> bool:
        """False when somebody uses it."""
        try:
            with _locked(self._lock(shelved.folder), fcntl.LOCK_EX | fcntl.LOCK_NB):
                if shelved.folder.exists():  # another process may have been first
                    Workplace(self._folder, shelved.folder.name).remove()
        except BlockingIOError:
            return False
        log.info("let_go", checkpoint=shelved.manifest.name)
        return True

    def _lock(self, folder: Path) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f".{folder.name}.users"


def _has(place: Workplace, wanted: CheckpointManifest) -> bool:
    found = read_manifest(place.shelved)
    return found is not None and found.sha256 == wanted.sha256


def _used_ns(shelved: Shelved) -> int:
    """When it was used last; one that another process let go meanwhile comes first."""
    try:
        return shelved.folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    """A lock of the kernel: it ends with the process, however that ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


class BucketShelf(Shelf):
    """Everything in the bucket, whether it lies on the local disk yet or not."""

    def __init__(self, cache: BucketCache, folder: Path) -> None:
        super().__init__(folder)
        self._place = folder
        self._cache = cache
        self._listed: list[Shelved] = []

    def refresh(self) -> None:
        """Look what the bucket holds now; what it held before stays when it can't be asked."""
        try:
            manifests = self._cache.store.manifests()
        except JobFailure as failure:
            log.warning("bucket_not_listed", code=failure.code)
            return
        self._listed = [Shelved(each, self._place / each.name) for each in manifests]

    @contextmanager
    def hold(self, shelved: Shelved) -> Iterator[Shelved]:
        """On the local disk while the block runs. Raises JobFailure."""
        with ExitStack() as held:
            try:
                local = held.enter_context(self._cache.lease(shelved.manifest))
            except JobFailure as failure:
                if failure.code in _OUTDATED:
                    self.refresh()  # so that the next attempt asks for what is there
                raise
            yield local

    def _of_kind(self, kind: Kind) -> dict[str, Shelved]:
        return {each.manifest.name: each for each in self._listed if each.manifest.kind == kind}


def _broken(name: str) -> JobFailure:
    detail = f"the checkpoint {name!r} in the store is not what its checksum says"
    return JobFailure("checkpoint_broken", detail, retryable=True)
