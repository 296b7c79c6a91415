"""Checkpoints from a real S3: whole or not at all, kept while they are used, let go by age."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, IncompleteReadError
from mypy_boto3_s3 import S3Client
from urllib3.exceptions import SSLError

from services.contracts.checkpoints import read_manifest
from tests.worker.checkpoints.troubles import breaking, open_on_full_disk, raising, refusal
from worker.checkpoints.bucket import TOLD_DIGITS, BucketCache, BucketShelf
from worker.checkpoints.digest import digest_folder
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.store import CheckpointStore
from worker.checkpoints.workplace import Workplace
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


def test_what_is_not_there_is_named(cache: BucketCache) -> None:
    with pytest.raises(JobFailure) as caught, lease(cache, "none"):
        pass
    assert caught.value.code == "checkpoint_missing"


def test_the_least_recently_used_goes_and_what_is_used_stays(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path
) -> None:
    cache = _cache(s3, stocked, tmp_path, int(2.5 * tiny.manifest.size_bytes))
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
    cache = _cache(s3, stocked, tmp_path, tiny.manifest.size_bytes)
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


FAILURES = [
    (IncompleteReadError(actual_bytes=11, expected_bytes=99), "store_unavailable"),
    (SSLError("the record is broken"), "store_unavailable"),
    (EndpointConnectionError(endpoint_url="http://gone"), "store_unavailable"),
    (refusal("SlowDown"), "store_unavailable"),
    (refusal("AccessDenied"), "store_refused"),
]


@pytest.mark.parametrize(("failure", "code"), FAILURES)
def test_a_store_that_fails_in_the_middle_costs_one_attempt(
    cache: BucketCache,
    s3: S3Client,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    failure: Exception,
    code: str,
) -> None:
    monkeypatch.setattr(s3, "get_object", breaking(s3.get_object, ".safetensors", failure))
    with pytest.raises(JobFailure) as caught, lease(cache, "a"):
        pass
    assert (caught.value.code, caught.value.retryable) == (code, True)
    assert not left_in(tmp_path / "cache")
    monkeypatch.undo()
    with lease(cache, "a") as local:
        assert digest_folder(local.folder, lambda _count: None) == local.manifest.sha256


@pytest.mark.parametrize("call", ["get_paginator", "get_object"])
def test_a_store_that_does_not_answer_is_no_missing_checkpoint(
    cache: BucketCache, s3: S3Client, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(s3, call, raising(EndpointConnectionError(endpoint_url="http://gone")))
    with pytest.raises(JobFailure) as caught, lease(cache, "a"):
        pass
    assert caught.value.code == "store_unavailable"


def test_a_full_disk_is_told_and_gets_its_room_back(
    cache: BucketCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "open", open_on_full_disk)
    with pytest.raises(JobFailure) as caught, lease(cache, "a"):
        pass
    assert (caught.value.code, caught.value.retryable) == ("checkpoint_disk_full", True)
    assert not left_in(tmp_path / "cache")


def test_a_folder_that_is_none_is_told(s3: S3Client, stocked: str, tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"")
    with pytest.raises(JobFailure) as caught, lease(_cache(s3, stocked, tmp_path, 10**12), "a"):
        pass
    assert caught.value.code == "checkpoint_folder_unusable"


def test_another_process_that_fetches_for_too_long_is_told(
    cache: BucketCache, tmp_path: Path
) -> None:
    fetching = Workplace(tmp_path / "cache", home("a", tmp_path)).alone()
    with fetching, pytest.raises(JobFailure) as caught, lease(cache, "a"):
        pass
    assert (caught.value.code, caught.value.retryable) == ("checkpoint_busy", True)


class Outdated(Shelf):
    """It was looked at before another process let a checkpoint go."""

    def __init__(self, gone: Shelved, folder: Path) -> None:
        super().__init__(folder)
        self._gone = gone

    def all(self) -> list[Shelved]:
        return [*super().all(), self._gone]


def test_what_another_process_let_go_meanwhile_harms_nobody(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path
) -> None:
    cache = _cache(s3, stocked, tmp_path, tiny.manifest.size_bytes)
    cache.shelf = Outdated(Shelved(tiny.manifest, tmp_path / "cache" / "gone"), tmp_path / "cache")
    with lease(cache, "a") as local:
        assert local.folder.exists()


def test_what_a_job_raises_is_not_taken_for_the_disk_s(cache: BucketCache) -> None:
    with pytest.raises(FileNotFoundError), lease(cache, "a"):
        raise FileNotFoundError


def test_a_shelf_stays_as_it_was_when_the_store_does_not_answer(
    cache: BucketCache, s3: S3Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shelf = BucketShelf(cache, tmp_path / "cache")
    shelf.refresh()
    gone = EndpointConnectionError(endpoint_url="http://gone")
    monkeypatch.setattr(s3, "get_object", raising(gone))
    shelf.refresh()
    assert shelf.checkpoints().keys() == set(NAMES)


STRANGE = [
    ("a", {"name": "b"}),
    ("a", {"name": "./../../x"}),
    ("a", {"name": ""}),
    ("a", {"sha256": "../../x"}),
    ("A b", {"name": "A b"}),
]


@pytest.mark.parametrize(("folder", "told"), STRANGE)
def test_names_in_the_store_are_not_believed(
    cache: BucketCache,
    s3: S3Client,
    stocked: str,
    tiny: Shelved,
    folder: str,
    told: dict[str, str],
) -> None:
    """Neither one that stands for another checkpoint nor one that leads out of the folder."""
    manifest = tiny.manifest.model_copy(update={"name": folder, **told})
    key = f"checkpoints/{folder}/checkpoint.json"
    s3.put_object(Bucket=stocked, Key=key, Body=manifest.model_dump_json().encode())
    found = {each.name: each.sha256 for each in cache.store.manifests()}
    assert found.keys() == set(NAMES) - {folder}
    assert tiny.manifest.sha256 not in found.values()
    assert cache.store.find(folder) is None
    assert cache.store.find("./../../x") is None


def test_all_of_a_store_is_listed_however_many_pages_it_takes(
    cache: BucketCache, s3: S3Client
) -> None:
    s3.meta.events.register("provide-client-params.s3.ListObjectsV2", in_small_pages)
    assert {each.name for each in cache.store.manifests()} == set(NAMES)


def in_small_pages(params: dict[str, object], **_named: object) -> None:
    params["MaxKeys"] = 2


def test_a_listing_reads_only_manifests_that_changed(
    cache: BucketCache, s3: S3Client, stocked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    get_object = s3.get_object

    def noted(**named: Any) -> Any:
        read.append(named["Key"])
        return get_object(**named)

    monkeypatch.setattr(s3, "get_object", noted)
    first = cache.store.manifests()
    assert (cache.store.manifests(), len(read)) == (first, len(NAMES))
    told = first[0].model_copy(update={"note": "told anew"})
    key = "checkpoints/a/checkpoint.json"
    s3.put_object(Bucket=stocked, Key=key, Body=told.model_dump_json().encode())
    assert cache.store.manifests()[0].note == "told anew"
    assert read[len(NAMES) :] == [key]
    s3.delete_object(Bucket=stocked, Key=key)
    assert {each.name for each in cache.store.manifests()} == set(NAMES) - {"a"}


class Killed(BaseException):
    """The process ends here."""


def rmtree_until_killed(folder: Path, ignore_errors: bool = False) -> None:
    """It comes as far as the weights."""
    weights = list(folder.rglob("*.safetensors"))
    for path in weights:
        path.unlink()
    if weights:
        raise Killed


def test_one_killed_while_it_lets_go_leaves_nothing_broken(
    s3: S3Client, stocked: str, tiny: Shelved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = _cache(s3, stocked, tmp_path, tiny.manifest.size_bytes)
    with lease(cache, "a"):
        pass
    monkeypatch.setattr(shutil, "rmtree", rmtree_until_killed)
    with pytest.raises(Killed), lease(cache, "b"):
        pass
    monkeypatch.undo()
    assert not cache.shelf.checkpoints()
    assert left_in(tmp_path / "cache")
    cache.tidy()
    assert not left_in(tmp_path / "cache")
    with lease(cache, "a") as local:
        assert digest_folder(local.folder, lambda _count: None) == local.manifest.sha256


def test_what_a_living_process_is_at_is_left_alone(cache: BucketCache, tmp_path: Path) -> None:
    with Workplace(tmp_path / "cache", "a").alone():
        making = Workplace(tmp_path / "cache", "a").start()
        cache.tidy()
        assert making.exists()
    cache.tidy()
    assert not making.exists()


def left_in(folder: Path) -> list[Path]:
    """Everything but locks."""
    return [path for path in folder.iterdir() if path.suffix not in {".lock", ".users"}]


def test_the_shelf_shows_what_the_bucket_holds(cache: BucketCache, tmp_path: Path) -> None:
    shelf = BucketShelf(cache, tmp_path / "cache")
    assert shelf.checkpoints() == {}
    shelf.refresh()
    assert shelf.checkpoints().keys() == set(NAMES)
    found = shelf.find("c")
    assert found
    with shelf.hold(found) as local:
        assert (local.folder / "tokenizer" / "mark.json").read_text() == '"c"'
