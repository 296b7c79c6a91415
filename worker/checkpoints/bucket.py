"""Checkpoints in an object store, kept on a local disk: fetched, checked, used, and let go.

A bucket holds `<prefix><name>/checkpoint.json` and the files beside it, as on a shelf. What is
fetched is hashed while it is written and put on the shelf only when the manifest's checksum is
met. A checkpoint that some process on this machine uses is never let go: users share a lock on it,
and letting go takes it alone.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from services.contracts.checkpoints import MANIFEST_FILE, CheckpointManifest, Kind, digest_of
from worker.checkpoints.digest import CHUNK_BYTES
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.workplace import Workplace
from worker.errors import JobFailure

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = structlog.get_logger()


class BucketCache:
    """The local disk in front of one bucket; at most `budget_bytes` where nothing is in use."""

    def __init__(
        self, objects: "S3Client", bucket: str, prefix: str, folder: Path, budget_bytes: int
    ) -> None:
        self._objects = objects
        self._bucket = bucket
        self._prefix = prefix
        self._folder = folder
        self._budget_bytes = budget_bytes
        self.shelf = Shelf(folder)

    def manifests(self) -> list[CheckpointManifest]:
        """What the bucket holds."""
        answer = self._objects.list_objects_v2(
            Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
        )
        folders = (each["Prefix"] for each in answer.get("CommonPrefixes", ()))
        names = (folder.removeprefix(self._prefix).rstrip("/") for folder in folders)
        found = (self._manifest_or_none(name) for name in names)
        return [manifest for manifest in found if manifest]

    @contextmanager
    def lease(self, name: str) -> Iterator[Shelved]:
        """The checkpoint on the local disk, fetched if it must be; it stays while the block runs.

        Raises JobFailure: `checkpoint_missing` or `checkpoint_broken`.
        """
        with _locked(self._lock(name), fcntl.LOCK_SH):
            shelved = self._all().get(name) or self._fetch(name)
            os.utime(shelved.folder)
            yield shelved

    def make_room(self, needed_bytes: int) -> None:
        """Let the least recently used go that nobody uses, until so much fits beside the rest."""
        kept = sorted(self._all().values(), key=lambda each: each.folder.stat().st_mtime_ns)
        held = sum(each.manifest.size_bytes for each in kept)
        for each in kept:
            if held + needed_bytes <= self._budget_bytes:
                return
            if self._let_go(each):
                held -= each.manifest.size_bytes

    def _fetch(self, name: str) -> Shelved:
        place = Workplace(self._folder, name)
        with place.alone():
            if not (shelved := self._all().get(name)):
                manifest = self.manifest(name)
                self.make_room(manifest.size_bytes)
                self._download(manifest, place)
                shelved = self._all().get(name)
        if shelved is None:
            raise _broken(name)
        log.info("fetched", checkpoint=name, bytes=shelved.manifest.size_bytes)
        return shelved

    def _download(self, manifest: CheckpointManifest, place: Workplace) -> None:
        folder = place.start()
        sums = {}
        for path in self.files(manifest.name):
            target = (folder / path).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise _broken(manifest.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            sums[path] = self._file(f"{self._prefix}{manifest.name}/{path}", target)
        if digest_of(sums) != manifest.sha256:
            shutil.rmtree(folder, ignore_errors=True)
            raise _broken(manifest.name)
        manifest.write(folder)
        place.publish()

    def _file(self, key: str, target: Path) -> str:
        digest = hashlib.sha256()
        body = self._objects.get_object(Bucket=self._bucket, Key=key)["Body"]
        with target.open("wb") as stream:
            while chunk := body.read(CHUNK_BYTES):
                digest.update(chunk)
                stream.write(chunk)
        return digest.hexdigest()

    def files(self, name: str) -> list[str]:
        """What lies beside its manifest, by relative path."""
        start = f"{self._prefix}{name}/"
        pages = self._objects.get_paginator("list_objects_v2")
        listed = pages.paginate(Bucket=self._bucket, Prefix=start)
        keys = (each["Key"] for page in listed for each in page.get("Contents", ()))
        found = (key.removeprefix(start) for key in keys)
        return [path for path in found if path and path != MANIFEST_FILE]

    def manifest(self, name: str) -> CheckpointManifest:
        """Raises JobFailure, or ValidationError."""
        key = f"{self._prefix}{name}/{MANIFEST_FILE}"
        try:
            body = self._objects.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except Exception as error:
            detail = f"the checkpoint {name!r} is not in the store"
            raise JobFailure("checkpoint_missing", detail, retryable=True) from error
        return CheckpointManifest.model_validate_json(body)

    def _manifest_or_none(self, name: str) -> CheckpointManifest | None:
        try:
            return self.manifest(name)
        except (JobFailure, ValidationError):
            return None

    def _let_go(self, shelved: Shelved) -> bool:
        """False when somebody uses it."""
        name = shelved.manifest.name
        try:
            with _locked(self._lock(name), fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(shelved.folder)
        except BlockingIOError:
            return False
        log.info("let_go", checkpoint=name)
        return True

    def _all(self) -> dict[str, Shelved]:
        return self.shelf.checkpoints() | self.shelf.loras()

    def _lock(self, name: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f".{name}.users"


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    """A lock of the kernel: it ends with the process, however that ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        with contextlib.suppress(OSError):
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
            manifests = self._cache.manifests()
        except Exception as error:  # noqa: BLE001 - any client's; asked again soon
            log.warning("bucket_not_listed", error=type(error).__name__)
            return
        self._listed = [Shelved(each, self._place / each.name) for each in manifests]

    @contextmanager
    def hold(self, shelved: Shelved) -> Iterator[Shelved]:
        """On the local disk while the block runs. Raises JobFailure."""
        with self._cache.lease(shelved.manifest.name) as local:
            yield local

    def _of_kind(self, kind: Kind) -> dict[str, Shelved]:
        return {each.manifest.name: each for each in self._listed if each.manifest.kind == kind}


def _broken(name: str) -> JobFailure:
    detail = f"the checkpoint {name!r} in the store is not what its checksum says"
    return JobFailure("checkpoint_broken", detail, retryable=True)
