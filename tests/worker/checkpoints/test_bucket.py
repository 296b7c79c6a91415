"""Checkpoints from a real S3: whole or not at all, kept while they are used, let go by age."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mypy_boto3_s3 import S3Client

from worker.checkpoints.bucket import BucketCache, BucketShelf
from worker.checkpoints.digest import digest_folder
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure

NAMES = ("a", "b", "c")
USER = """
import sys, fcntl, os
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_SH)
print("held", flush=True)
sys.stdin.read()
"""


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
    return _cache(s3, stocked, tmp_path, 10**12)


def _cache(s3: S3Client, bucket: str, tmp_path: Path, budget_bytes: int) -> BucketCache:
    return BucketCache(s3, bucket, "checkpoints/", tmp_path / "cache", budget_bytes)


def test_what_is_fetched_is_what_was_stored(cache: BucketCache) -> None:
    with cache.lease("a") as local:
        assert digest_folder(local.folder, lambda _count: None) == local.manifest.sha256
        first = (local.folder / "model_index.json").stat().st_ino
    with cache.lease("a") as again:
        assert (again.folder / "model_index.json").stat().st_ino == first


def test_what_was_changed_in_the_store_is_refused(
    cache: BucketCache, s3: S3Client, stocked: str
) -> None:
    s3.put_object(Bucket=stocked, Key="checkpoints/b/tokenizer/mark.json", Body=b'"x"')
    with pytest.raises(JobFailure) as caught, cache.lease("b"):
        pass
    assert caught.value.code == "checkpoint_broken"
    assert not cache.shelf.checkpoints()


def test_what_is_not_there_is_named(cache: BucketCache) -> None:
    with pytest.raises(JobFailure) as caught, cache.lease("none"):
        pass
    assert caught.value.code == "checkpoint_missing"


def test_the_least_recently_used_goes_and_what_is_used_stays(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path
) -> None:
    cache = _cache(s3, stocked, tmp_path, int(2.5 * tiny.manifest.size_bytes))
    with cache.lease("a"):
        with cache.lease("b"):
            pass
        os.utime(tmp_path / "cache" / "a", (0, 0))
        with cache.lease("c"):
            assert set(cache.shelf.checkpoints()) == {"a", "c"}
    with cache.lease("b"):
        assert len(cache.shelf.checkpoints()) == 2


def test_another_process_s_use_counts_and_ends_with_it(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path
) -> None:
    cache = _cache(s3, stocked, tmp_path, tiny.manifest.size_bytes)
    with cache.lease("a"):
        pass
    command = [sys.executable, "-c", USER, str(tmp_path / "cache" / ".a.users")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout
        assert user.stdout.readline() == b"held\n"
        with cache.lease("b"):
            assert set(cache.shelf.checkpoints()) == {"a", "b"}
        user.kill()
    with cache.lease("c"):
        assert set(cache.shelf.checkpoints()) == {"c"}


def test_the_shelf_shows_what_the_bucket_holds(cache: BucketCache, tmp_path: Path) -> None:
    shelf = BucketShelf(cache, tmp_path / "cache")
    assert shelf.checkpoints() == {}
    shelf.refresh()
    assert shelf.checkpoints().keys() == set(NAMES)
    found = shelf.find("c")
    assert found
    with shelf.hold(found) as local:
        assert (local.folder / "tokenizer" / "mark.json").read_text() == '"c"'
