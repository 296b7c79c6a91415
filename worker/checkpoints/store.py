"""Checkpoints as a bucket holds them: `<prefix><name>/checkpoint.json` and the files beside it.

Whatever S3's client raises becomes a JobFailure here. What it holds is looked at before it is
believed: names and checksums become names of folders.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import ValidationError

from services.contracts.checkpoints import MANIFEST_FILE, NAME_PATTERN, CheckpointManifest
from worker.checkpoints.digest import CHUNK_BYTES
from worker.checkpoints.failures import store_failures
from worker.object_store import ABSENT, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_MANIFEST = f"/{MANIFEST_FILE}"
_NAME, _SHA256 = re.compile(NAME_PATTERN), re.compile("[0-9a-f]{64}")


class CheckpointStore:
    """Reads one bucket. Every method raises JobFailure: `store_unavailable` or `store_refused`."""

    def __init__(self, objects: "S3Client", bucket: str, prefix: str) -> None:
        self._objects = objects
        self._bucket = bucket
        self._prefix = prefix
        self._known: dict[str, tuple[str, CheckpointManifest]] = {}

    def manifests(self) -> list[CheckpointManifest]:
        """What can be fetched, however much it is; only manifests that changed are read."""
        tags = self._tags(self._prefix)
        keys = [key for key in tags if key.endswith(_MANIFEST)]
        names = {key.removeprefix(self._prefix).removesuffix(_MANIFEST): key for key in keys}
        looked = {name: self._look(name, tags[key]) for name, key in names.items()}
        self._known = {name: known for name, known in looked.items() if known}
        return [manifest for _, manifest in self._known.values()]

    def find(self, name: str) -> CheckpointManifest | None:
        """One checkpoint's manifest; None when there is none, or none that can be believed."""
        if not _NAME.fullmatch(name):
            return None
        content = self._get(f"{self._prefix}{name}/{MANIFEST_FILE}")
        return _manifest(content, name) if content else None

    def files(self, name: str) -> list[str]:
        """What lies beside its manifest, by relative path."""
        start = f"{self._prefix}{name}/"
        paths = (key.removeprefix(start) for key in self._tags(start))
        return [path for path in paths if path and path != MANIFEST_FILE]

    def chunks(self, name: str, path: str) -> Iterator[bytes]:
        """One file's content, as it comes."""
        key = f"{self._prefix}{name}/{path}"
        with store_failures():
            body = self._objects.get_object(Bucket=self._bucket, Key=key)["Body"]
            with closing(body):
                while chunk := body.read(CHUNK_BYTES):
                    yield chunk

    def _look(self, name: str, tag: str) -> tuple[str, CheckpointManifest] | None:
        """A manifest and what S3 calls its content, from the last time if that is the same."""
        known = self._known.get(name)
        if known and known[0] == tag:
            return known
        manifest = self.find(name)
        return (tag, manifest) if manifest else None

    def _tags(self, start: str) -> dict[str, str]:
        """ETags by key, of all pages."""
        with store_failures():
            pages = self._objects.get_paginator("list_objects_v2")
            listed = pages.paginate(Bucket=self._bucket, Prefix=start)
            return {
                each["Key"]: each["ETag"] for page in listed for each in page.get("Contents", ())
            }

    def _get(self, key: str) -> bytes | None:
        with store_failures():
            try:
                return self._objects.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise


def _manifest(content: bytes, name: str) -> CheckpointManifest | None:
    """None unless it tells of this name and of a checksum."""
    try:
        manifest = CheckpointManifest.model_validate_json(content)
    except ValidationError:
        return None
    return manifest if manifest.name == name and _SHA256.fullmatch(manifest.sha256) else None
