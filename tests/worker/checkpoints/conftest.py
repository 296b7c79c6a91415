"""A bucket with checkpoints, and a cache in front of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mypy_boto3_s3 import S3Client

from tests.worker.checkpoints.stock import NAMES, cache_of
from worker.checkpoints.bucket import BucketCache
from worker.checkpoints.digest import digest_folder
from worker.checkpoints.shelf import Shelved


@pytest.fixture
def stocked(s3: S3Client, bucket: str, tiny: Shelved, tmp_path: Path) -> str:
    """A bucket with three checkpoints that differ in their last file."""
    for name in NAMES:
        folder = tmp_path / "stock" / name
        shutil.copytree(tiny.folder, folder)
        (folder / "tokenizer" / "mark.json").write_text(f'"{name}"')
        (folder / "checkpoint.json").unlink()
        told = {"name": name, "sha256": digest_folder(folder, lambda _count: None)}
        tiny.manifest.model_copy(update=told).write(folder)
        for path in (path for path in folder.rglob("*") if path.is_file()):
            key = f"checkpoints/{name}/{path.relative_to(folder).as_posix()}"
            s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    return bucket


@pytest.fixture
def cache(s3: S3Client, stocked: str, tmp_path: Path) -> BucketCache:
    return cache_of(s3, stocked, tmp_path, 10**12)
