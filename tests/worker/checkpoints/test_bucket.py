"""Checkpoints from a real S3: whole or not at all, kept while they are used, let go by age."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mypy_boto3_s3 import S3Client

from tests.worker.checkpoints.stock import NAMES, cache_of, home, lease
from worker.checkpoints.bucket import BucketCache, BucketShelf
from worker.checkpoints.digest import digest_folder
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure

USER = """
import sys, fcntl, os
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_SH)
print("held", flush=True)
sys.stdin.read()
"""


def test_what_is_fetched_is_what_was_stored(cache: BucketCache) -> None:
    with lease(cache, "a") as local:
        assert digest_folder(local.folder, lambda _count: None) == local.manifest.sha256
        first = (local.folder / "model_index.json").stat().st_ino
    with lease(cache, "a") as again:
        assert (again.folder / "model_index.json").stat().st_ino == first


def test_what_was_changed_in_the_store_is_refused(
    cache: BucketCache, s3: S3Client, stocked: str
) -> None:
    s3.put_object(Bucket=stocked, Key="checkpoints/b/tokenizer/mark.json", Body=b'"x"')
    with pytest.raises(JobFailure) as caught, lease(cache, "b"):
        pass
    assert caught.value.code == "checkpoint_broken"
    assert not cache.shelf.checkpoints()


@pytest.mark.parametrize("path", ["no\0name", "line\nbreak", "vae/\x1b[2J.safetensors"])
def test_a_key_that_no_disk_has_a_name_for_costs_one_attempt(
    cache: BucketCache, s3: S3Client, stocked: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(cache.store, "files", lambda _name: ["model_index.json", path])
    with pytest.raises(JobFailure) as caught, lease(cache, "b"):
        pass
    assert caught.value.code == "checkpoint_broken"
    assert not cache.shelf.checkpoints()


def test_what_is_not_there_is_named(cache: BucketCache) -> None:
    with pytest.raises(JobFailure) as caught, lease(cache, "none"):
        pass
    assert caught.value.code == "checkpoint_missing"


def test_the_least_recently_used_goes_and_what_is_used_stays(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path
) -> None:
    cache = cache_of(s3, stocked, tmp_path, int(2.5 * tiny.manifest.size_bytes))
    with lease(cache, "a"):
        with lease(cache, "b"):
            pass
        os.utime(tmp_path / "cache" / home("a", tmp_path), (0, 0))
        with lease(cache, "c"):
            assert set(cache.shelf.checkpoints()) == {"a", "c"}
    with lease(cache, "b"):
        assert len(cache.shelf.checkpoints()) == 2


def test_another_process_s_use_counts_and_ends_with_it(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path
) -> None:
    cache = cache_of(s3, stocked, tmp_path, tiny.manifest.size_bytes)
    with lease(cache, "a"):
        pass
    lock = tmp_path / "cache" / f".{home('a', tmp_path)}.users"
    command = [sys.executable, "-c", USER, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout
        assert user.stdout.readline() == b"held\n"
        with lease(cache, "b"):
            assert set(cache.shelf.checkpoints()) == {"a", "b"}
        user.kill()
    with lease(cache, "c"):
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
