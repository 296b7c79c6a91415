"""What a bucket tells: all of it, read once, and believed only as far as it may be."""

from __future__ import annotations

from typing import Any

import pytest
from mypy_boto3_s3 import S3Client

from tests.worker.checkpoints.stock import NAMES
from worker.checkpoints.bucket import BucketCache
from worker.checkpoints.shelf import Shelved


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


STRANGE = [
    ("a", {"name": "b"}),
    ("a", {"name": "./../../x"}),
    ("a", {"name": ""}),
    ("a", {"sha256": "../../x"}),
    ("A b", {"name": "A b"}),
    ("a", {"size_bytes": 10**30}),
    ("a", {"size_bytes": -1}),
]


@pytest.mark.parametrize(("folder", "told"), STRANGE)
def test_names_in_the_store_are_not_believed(
    cache: BucketCache,
    s3: S3Client,
    stocked: str,
    tiny: Shelved,
    folder: str,
    told: dict[str, object],
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
