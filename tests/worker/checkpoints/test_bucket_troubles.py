"""Whatever S3, the disk or another process does, one attempt is the most that it costs."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import EndpointConnectionError, IncompleteReadError
from mypy_boto3_s3 import S3Client
from urllib3.exceptions import SSLError

from services.contracts.jobs import LoraUse
from tests.worker.checkpoints.stock import NAMES, cache_of, home, lease, left_in
from tests.worker.checkpoints.troubles import breaking, open_on_full_disk, raising, refusal
from tests.worker.jobs import make_job
from worker.checkpoints.bucket import BucketCache, BucketShelf
from worker.checkpoints.digest import digest_folder
from worker.checkpoints.resident import held_while_loading
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.workplace import Workplace
from worker.errors import JobFailure
from worker.handovers import Handovers
from worker.interruption import StopSign
from worker.orders import Orders
from worker.sources import Sources

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
    with pytest.raises(JobFailure) as caught, lease(cache_of(s3, stocked, tmp_path, 10**12), "a"):
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
    cache = cache_of(s3, stocked, tmp_path, tiny.manifest.size_bytes)
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
    cache = cache_of(s3, stocked, tmp_path, tiny.manifest.size_bytes)
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


def test_loads_and_loras_meet_nothing_but_a_job_s_failure(
    cache: BucketCache,
    s3: S3Client,
    stocked: str,
    tiny: Shelved,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is all that the lifecycle takes for one attempt."""
    lora = tiny.manifest.model_copy(update={"name": "l", "kind": "lora"})
    key = "checkpoints/l/checkpoint.json"
    s3.put_object(Bucket=stocked, Key=key, Body=lora.model_dump_json().encode())
    shelf = BucketShelf(cache, tmp_path / "cache")
    shelf.refresh()
    found, store = shelf.find("a"), MagicMock()
    assert found
    load = held_while_loading(shelf, raising(AssertionError()))
    orders = Orders(shelf, Sources(store), Handovers(store, 0.0))
    broken = IncompleteReadError(actual_bytes=1, expected_bytes=2)
    monkeypatch.setattr(s3, "get_object", raising(broken))
    for use in (
        lambda: load(found),
        lambda: orders.gather(make_job(loras=(LoraUse(name="l", weight=1.0),)), StopSign()),
    ):
        with pytest.raises(JobFailure) as caught:
            use()
        assert caught.value.code == "store_unavailable"
