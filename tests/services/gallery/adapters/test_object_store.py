"""The bucket by boto3: what is missing, what is away, and what is thrown away."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.gallery.adapters.object_store import S3Store
from services.gallery.ports.object_store import ObjectMissing, StoreAway
from services.gallery.settings import GallerySettings
from tests.servers.ports import free_port
from tests.services.gallery.conftest import BUCKET, keys_below

PART = bytes(5 * 2**20)


@pytest.fixture
def s3(settings: GallerySettings) -> Iterator[S3Store]:
    s3 = S3Store.of(settings)
    yield s3
    s3.close()


@pytest.fixture
def folder() -> str:
    return f"store/{uuid4()}/"


async def test_what_is_put_is_got(s3: S3Store, folder: str) -> None:
    key = f"{folder}a b+ü.png"
    await s3.put(key, b"one", "image/png")
    await s3.put(key, b"three", "image/png")
    assert await s3.get(key, 5) == b"three"
    with pytest.raises(ObjectMissing):
        await s3.get(key, 4)
    with pytest.raises(ObjectMissing):
        await s3.get(f"{folder}other", 5)


async def test_deleting_may_be_repeated(s3: S3Store, folder: str) -> None:
    keys = [f"{folder}{number}" for number in range(3)]
    for key in keys:
        await s3.put(key, b"x", "image/png")
    assert await s3.list_keys(folder, after=keys[0]) == keys[1:]
    for _ in range(2):
        await s3.delete(keys)
    assert await s3.list_keys(folder, after="") == []
    await s3.delete([])


async def test_parts_become_one_object(s3: S3Store, folder: str, bucket: Any) -> None:
    key = f"{folder}archive.zip"
    lost = await s3.begin_parts(key, "application/zip")
    await s3.put_part(key, lost, 1, PART)
    multipart_id = await s3.begin_parts(key, "application/zip")
    with pytest.raises(ObjectMissing):
        await s3.put_part(key, lost, 2, b"too late")
    parts = [
        await s3.put_part(key, multipart_id, 1, PART),
        await s3.put_part(key, multipart_id, 2, b"end"),
    ]
    assert keys_below(bucket, folder) == []
    await s3.finish_parts(key, multipart_id, parts)
    assert await s3.get(key, 2**30) == PART + b"end"
    assert bucket.list_multipart_uploads(Bucket=BUCKET, Prefix=folder).get("Uploads", []) == []


async def test_a_store_that_is_away(settings: GallerySettings) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    s3 = S3Store.of(settings.model_copy(update={"object_store_endpoint": nobody}))
    with pytest.raises(StoreAway):
        await s3.put("k", b"x", "image/png")
    s3.close()


async def test_a_store_that_refuses(settings: GallerySettings) -> None:
    for change in ({"images_bucket": "no-such-bucket"}, {"object_store_access_key": "stranger"}):
        values = {**settings.model_dump(), **change}
        s3 = S3Store.of(GallerySettings(**values))
        with pytest.raises(StoreAway):
            await s3.put("k", b"x", "image/png")
        with pytest.raises(StoreAway):
            await s3.delete(["k"])
        s3.close()
