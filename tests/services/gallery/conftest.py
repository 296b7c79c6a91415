"""The gallery over HTTP on a real PostgreSQL and a real SeaweedFS, with pictures of a job."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from uuid import UUID

import boto3
import pytest
from botocore.config import Config
from fastapi import FastAPI
from PIL import Image

from services.contracts.object_keys import image_key
from services.gallery.main import create_app
from services.gallery.settings import GallerySettings
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.sql import Query
from tests.servers import seaweedfs as seaweedfs_server
from tests.servers.people import add_job
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.seaweedfs import ACCESS_KEY, SECRET_KEY, SeaweedFS
from tests.services.callers import a_person, served

AddImages = Callable[..., Awaitable[list[UUID]]]
BUCKET = "pingvas-dev-images"

ADD_IMAGE = Query(
    "add_image",
    """insert into images
        (user_id, job_id, position, object_key, width, height, size_bytes, sha256, prompt)
    values (
        %(user_id)s, %(job_id)s, %(position)s, %(key)s, 64, 64, 100, repeat('a', 64), %(prompt)s
    )
    returning id""",
)


def picture(kind: str = "PNG", side: int = 64, **options: Any) -> bytes:
    """A picture's bytes, one half red."""
    image = Image.new("RGB", (side, side), "navy")
    image.paste("red", (0, 0, side // 2, side))
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    """A running object store with the bucket."""
    with seaweedfs_server.running(tmp_path_factory.mktemp("seaweedfs")) as server:
        bucket_of(server).create_bucket(Bucket=BUCKET)
        yield server


def bucket_of(server: SeaweedFS) -> Any:
    """A plain client of the store."""
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}),
    )


@pytest.fixture(scope="session")
def bucket(store: SeaweedFS) -> Any:
    """A plain client of the store."""
    return bucket_of(store)


def keys_below(bucket: Any, prefix: str) -> list[str]:
    """What lies there, in order."""
    found = bucket.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return [each["Key"] for each in found]


@pytest.fixture
def settings(shared_settings: dict[str, Any], store: SeaweedFS) -> GallerySettings:
    return GallerySettings(
        **shared_settings,
        object_store_endpoint=store.endpoint,
        object_store_access_key=ACCESS_KEY,
        object_store_secret_key=SECRET_KEY,
        images_bucket=BUCKET,
        share_unchecked=True,
        share_refused_words=("forbidden",),
    )


@pytest.fixture
async def app(settings: GallerySettings) -> AsyncIterator[FastAPI]:
    """Without its background: tests do its work turn by turn."""
    async with served(create_app(settings, has_background=False)) as app:
        yield app


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database)


@pytest.fixture
async def stranger(database: Database) -> Caller:
    return await a_person(database)


@pytest.fixture
def add_images(
    database: Database, environment_database: EnvironmentDatabase, bucket: Any
) -> AddImages:
    """Adds pictures of one new job, stored when asked; gives their ids, oldest first."""

    async def add(
        caller: Caller, count: int = 1, *, prompt: str = "a bird", is_stored: bool = False
    ) -> list[UUID]:
        job_id = add_job(environment_database, caller.user_id)
        made = []
        for position in range(count):
            key = image_key(caller.user_id, job_id, position)
            if is_stored:
                bucket.put_object(Bucket=BUCKET, Key=key, Body=picture())
            made.append(await one(caller, job_id, position, key, prompt))
        return made

    async def one(caller: Caller, job_id: UUID, position: int, key: str, prompt: str) -> UUID:
        values = {"user_id": caller.user_id, "job_id": job_id, "position": position}
        async with database.system() as system:
            row = await system.fetch_only(ADD_IMAGE, **values, key=key, prompt=prompt)
        return UUID(str(row["id"]))

    return add
