"""The gallery over HTTP, with pictures that a job has made."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from services.gallery.main import create_app
from services.gallery.settings import GallerySettings
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.sql import Query
from tests.servers.people import add_job
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import served

AddImages = Callable[..., Awaitable[list[UUID]]]

ADD_IMAGE = Query(
    "add_image",
    """insert into images
        (user_id, job_id, position, object_key, width, height, size_bytes, sha256, prompt)
    values (%(user_id)s, %(job_id)s, %(position)s, %(key)s, 64, 64, 100, repeat('a', 64), 'a bird')
    returning id""",
)


@pytest.fixture
def settings(shared_settings: dict[str, Any]) -> GallerySettings:
    return GallerySettings(
        **shared_settings,
        object_store_endpoint="http://127.0.0.1:9000",
        object_store_access_key="an-access-key",
        object_store_secret_key="a-secret-key",
        images_bucket="pingvas-dev-images",
    )


@pytest.fixture
async def app(settings: GallerySettings) -> AsyncIterator[FastAPI]:
    async with served(create_app(settings)) as app:
        yield app


@pytest.fixture
def add_images(database: Database, environment_database: EnvironmentDatabase) -> AddImages:
    """Adds pictures of one new job; gives their ids, oldest first."""

    async def add(caller: Caller, count: int = 1) -> list[UUID]:
        job_id = add_job(environment_database, caller.user_id)
        return [await one(caller, job_id, position) for position in range(count)]

    async def one(caller: Caller, job_id: UUID, position: int) -> UUID:
        values = {"user_id": caller.user_id, "job_id": job_id, "position": position}
        async with database.system() as system:
            row = await system.fetch_one(ADD_IMAGE, **values, key=f"images/{uuid4()}.png")
        assert row is not None
        return UUID(str(row["id"]))

    return add
