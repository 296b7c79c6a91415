"""`pingvas-worker publish NAME`: an installed checkpoint into the bucket that workers serve from.

Laid out as `bucket` reads it, the manifest last: where it is, all is. Each file carries its sha256
as metadata, so that a second run, or one after a break, sends only what is missing. Lines of JSON
on stdout as the installer's.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from services.contracts.checkpoints import MANIFEST_FILE, CheckpointManifest, digest_of
from worker.checkpoints import digest
from worker.checkpoints.announce import Progress, say
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.store import CheckpointStore
from worker.errors import InstallFailure, JobFailure
from worker.object_store import client_of
from worker.settings import StoreSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SHA256 = "sha256"


def main(arguments: Sequence[str]) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(prog="pingvas-worker publish")
    parser.add_argument("name")
    parser.add_argument("--replace", action="store_true", help="another checkpoint of this name")
    wish = parser.parse_args(arguments)
    try:
        settings = StoreSettings()
    except ValidationError:
        sys.stderr.write("pingvas-worker: PINGVAS_CHECKPOINTS_DIR is missing\n")
        return 2
    if not settings.checkpoints_bucket:
        sys.stderr.write("pingvas-worker: PINGVAS_CHECKPOINTS_BUCKET is missing\n")
        return 2
    try:
        sent = Publisher(client_of(settings), settings).publish(wish.name, replace=wish.replace)
    except InstallFailure as failure:
        say({"error": {"code": failure.code, "what": failure.what, "remedy": failure.remedy}})
        return 1
    say({"published": wish.name, "bucket": settings.checkpoints_bucket, "files_sent": sent})
    return 0


class Publisher:
    """Into one bucket."""

    def __init__(self, objects: "S3Client", settings: StoreSettings) -> None:
        self._objects = objects
        self._bucket = settings.checkpoints_bucket
        self._prefix = settings.checkpoints_prefix
        self._folder = settings.checkpoints_dir
        self._store = CheckpointStore(objects, self._bucket, self._prefix)

    def publish(self, name: str, *, replace: bool = False) -> int:
        """How many files were sent. Raises InstallFailure.

        While another checkpoint of the name is replaced, fetching it fails and is tried again.
        """
        shelved = self._find(name)
        try:
            self._refuse_another(shelved.manifest, replace=replace)
            return self._send(shelved)
        except (Boto3Error, BotoCoreError, ClientError, JobFailure) as error:
            raise _unreachable(self._bucket, error) from error

    def _send(self, shelved: Shelved) -> int:
        """Files, then what is no longer one, then the manifest."""
        sums = _sums(shelved)
        missing = [path for path in sums if not self._has(shelved, path, sums[path])]
        progress = Progress("upload", sum((shelved.folder / p).stat().st_size for p in missing))
        for path in missing:
            self._objects.upload_file(
                str(shelved.folder / path),
                self._bucket,
                self._key(shelved, path),
                ExtraArgs={"Metadata": {SHA256: sums[path]}},
                Callback=progress.add,
            )
        progress.finish()
        for path in self._store.files(shelved.manifest.name):
            if path not in sums:
                self._objects.delete_object(Bucket=self._bucket, Key=self._key(shelved, path))
        body = (shelved.folder / MANIFEST_FILE).read_bytes()
        key = self._key(shelved, MANIFEST_FILE)
        self._objects.put_object(Bucket=self._bucket, Key=key, Body=body)
        return len(missing)

    def _has(self, shelved: Shelved, path: str, sha256: str) -> bool:
        try:
            there = self._objects.head_object(Bucket=self._bucket, Key=self._key(shelved, path))
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return False
            raise
        size_bytes = (shelved.folder / path).stat().st_size
        return there["ContentLength"] == size_bytes and there["Metadata"].get(SHA256) == sha256

    def _refuse_another(self, manifest: CheckpointManifest, *, replace: bool) -> None:
        there = self._store.find(manifest.name)
        if there and there.sha256 != manifest.sha256 and not replace:
            raise InstallFailure(
                "checkpoint_other_published",
                f"the bucket has another checkpoint named {manifest.name!r}",
                "Publish under another name, or say --replace.",
            )

    def _find(self, name: str) -> Shelved:
        shelf = Shelf(self._folder)
        found = (shelf.checkpoints() | shelf.loras()).get(name)
        if found is None:
            what = f"there is no checkpoint {name!r} in {self._folder}"
            raise InstallFailure("checkpoint_missing", what, "Install it first.")
        return found

    def _key(self, shelved: Shelved, path: str) -> str:
        return f"{self._prefix}{shelved.manifest.name}/{path}"


def _sums(shelved: Shelved) -> Mapping[str, str]:
    """The sha256 of every file. Raises InstallFailure when they are not what the manifest says."""
    sizes = digest.weigh_files(shelved.folder)
    progress = Progress("checksum", sum(sizes.values()))
    sums = {path: digest.digest_file(shelved.folder / path, progress.add) for path in sizes}
    progress.finish()
    if digest_of(sums) != shelved.manifest.sha256:
        raise InstallFailure(
            "checkpoint_broken",
            f"the files of {shelved.manifest.name!r} are not what its checksum says",
            "Install it again.",
        )
    return sums


def _unreachable(bucket: str, error: Exception) -> InstallFailure:
    return InstallFailure(
        "checkpoint_bucket_unreachable",
        f"the bucket {bucket!r} did not take it ({_kind(error)})",
        "Check its name, the credentials and the network; a rerun sends what is missing.",
    )


def _kind(error: Exception) -> str:
    return error.code if isinstance(error, JobFailure) else type(error).__name__
