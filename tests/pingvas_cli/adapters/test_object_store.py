"""A real SeaweedFS: buckets are made once, with their settings, and harm is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pingvas_cli.adapters.object_store import S3ObjectStore, _client
from pingvas_cli.ports.object_store import Bucket, ObjectStoreAccess
from tests.servers import seaweedfs
from tests.servers.seaweedfs import ACCESS_KEY, SECRET_KEY

BUCKETS = (Bucket("images"), Bucket("kept", versioned=True), Bucket("logs", expire_days=30))


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStoreAccess]:
    with seaweedfs.running(tmp_path_factory.mktemp("s3")) as server:
        yield ObjectStoreAccess(server.endpoint, "us-east-1", ACCESS_KEY, SECRET_KEY)


def test_buckets_are_made_once_and_whole(access: ObjectStoreAccess) -> None:
    store = S3ObjectStore()
    assert store.answers(access)
    assert not store.prepared(access, BUCKETS)
    for _ in range(2):
        store.prepare(access, BUCKETS)
        assert store.prepared(access, BUCKETS)
    client = _client(access)
    assert {each["Name"] for each in client.list_buckets()["Buckets"]} >= {b.name for b in BUCKETS}
    for bucket in BUCKETS:
        assert "Contents" not in client.list_objects_v2(Bucket=bucket.name)


def test_what_is_there_stays(access: ObjectStoreAccess) -> None:
    store, client = S3ObjectStore(), _client(access)
    store.prepare(access, BUCKETS)
    client.put_object(Bucket="images", Key="a/b.png", Body=b"penguin")
    store.prepare(access, BUCKETS)
    assert client.get_object(Bucket="images", Key="a/b.png")["Body"].read() == b"penguin"


def test_lost_settings_are_seen_and_mended(access: ObjectStoreAccess) -> None:
    store, client = S3ObjectStore(), _client(access)
    store.prepare(access, BUCKETS)
    client.delete_bucket_lifecycle(Bucket="logs")
    assert not store.prepared(access, BUCKETS)
    store.prepare(access, BUCKETS)
    client.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Suspended"})
    assert not store.prepared(access, BUCKETS)
    store.prepare(access, BUCKETS)
    assert store.prepared(access, BUCKETS)


@pytest.mark.parametrize("wrong", [{"secret_key": "x"}, {"access_key": "x"}])
def test_a_wrong_key_gets_no_answer(access: ObjectStoreAccess, wrong: dict[str, str]) -> None:
    other = replace(access, **wrong)
    assert not S3ObjectStore().answers(other)
    assert not S3ObjectStore().prepared(other, BUCKETS)
