"""A cache in front of the bucket that `conftest` stocks, and what lies in it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from mypy_boto3_s3 import S3Client

from services.contracts.checkpoints import read_manifest
from worker.checkpoints.bucket import TOLD_DIGITS, BucketCache
from worker.checkpoints.shelf import Shelved
from worker.checkpoints.store import CheckpointStore

NAMES = ("a", "b", "c")


def cache_of(s3: S3Client, bucket: str, tmp_path: Path, budget_bytes: int = 10**12) -> BucketCache:
    """With this much room."""
    store = CheckpointStore(s3, bucket, "checkpoints/")
    return BucketCache(store, tmp_path / "cache", budget_bytes, patience_s=0)


def lease(cache: BucketCache, name: str) -> AbstractContextManager[Shelved]:
    """As it was listed; one that never was is listed too."""
    stock = cache._folder.parent / "stock"
    found = read_manifest(stock / name) or read_manifest(stock / "a")
    assert found
    return cache.lease(found.model_copy(update={"name": name}))


def home(name: str, tmp_path: Path) -> str:
    """Its folder in the cache."""
    found = read_manifest(tmp_path / "stock" / name)
    assert found
    return f"{name}@{found.sha256[:TOLD_DIGITS]}"


def left_in(folder: Path) -> list[Path]:
    """Everything but locks."""
    return [path for path in folder.iterdir() if path.suffix not in {".lock", ".users"}]
