"""Thumbnails: made once, by whoever comes first; hopeless pictures are given up."""

import io
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from PIL import Image

from services.contracts.object_keys import thumbnail_key
from services.gallery.actions.make_thumbnails import AT_ONCE, MakeThumbnails
from services.gallery.ports.object_store import ObjectStore, StoreAway
from services.kernel.access import Caller
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import client_of
from tests.services.gallery.conftest import BUCKET, AddImages, keys_below
from tests.services.gallery.stores import away


@pytest.fixture(autouse=True)
def nothing_else_is_due(environment_database: EnvironmentDatabase) -> None:
    with psycopg.connect(environment_database.system_url) as system:
        system.execute("update images set thumbnail_due_at = null")


def making(app: FastAPI, store: ObjectStore | None = None) -> MakeThumbnails:
    state = app.state
    return MakeThumbnails(state.database, store or state.store, state.pictures)


def state_of(database: EnvironmentDatabase, image_id: UUID) -> tuple[Any, ...]:
    with psycopg.connect(database.system_url) as system:
        row = system.execute(
            "select thumbnail_key, thumbnail_due_at is null, thumbnail_attempts from images"
            " where id = %s",
            [image_id],
        ).fetchone()
    assert row is not None
    return row


def due_now(database: EnvironmentDatabase) -> None:
    with psycopg.connect(database.system_url) as system:
        system.execute(
            "update images set thumbnail_due_at = now() where thumbnail_due_at is not null"
        )


async def test_a_stored_picture_gets_one(
    app: FastAPI, person: Caller, add_images: AddImages, bucket: Any
) -> None:
    (image_id,) = await add_images(person, is_stored=True)
    async with client_of(app, person) as client, httpx.AsyncClient() as anybody:
        before = (await client.get(f"/v1/images/{image_id}")).json()
        assert before["thumbnail_url"] is None
        assert await making(app).run() is False
        after = (await client.get(f"/v1/images/{image_id}")).json()
        small = Image.open(io.BytesIO((await anybody.get(after["thumbnail_url"])).content))
    assert (small.format, small.size) == ("WEBP", (64, 64))
    key = thumbnail_key(person.user_id, UUID(after["job_id"]), 0)
    assert keys_below(bucket, f"thumbnails/{person.user_id}/") == [key]
    assert bucket.head_object(Bucket=BUCKET, Key=key)["ContentType"] == "image/webp"


async def test_a_full_batch_says_that_there_may_be_more(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    await add_images(person, AT_ONCE + 1, is_stored=True)
    assert [await making(app).run() for _ in range(2)] == [True, False]
    async with client_of(app, person) as client:
        items = (await client.get("/v1/images")).json()["items"]
    assert all(item["thumbnail_url"] for item in items)


async def test_a_missing_object_and_a_broken_one_are_given_up(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
) -> None:
    missing, broken = await add_images(person, 2)
    with psycopg.connect(environment_database.system_url) as system:
        row = system.execute("select object_key from images where id = %s", [broken]).fetchone()
    assert row is not None
    bucket.put_object(Bucket=BUCKET, Key=row[0], Body=b"no picture")
    await making(app).run()
    for image_id in (missing, broken):
        assert state_of(environment_database, image_id) == (None, True, 1)


async def test_a_store_that_is_away_gets_another_try(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    (image_id,) = await add_images(person, is_stored=True)
    for calls in (0, 1):  # before it is read, and before the small one is written
        with pytest.raises(StoreAway):
            await making(app, away(app.state.store, calls)).run()
        assert state_of(environment_database, image_id)[:2] == (None, False)
        assert await making(app).run() is False, "not due yet"
        due_now(environment_database)
    await making(app).run()
    assert state_of(environment_database, image_id)[1:] == (True, 3)


async def test_tries_come_to_an_end(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    (image_id,) = await add_images(person, is_stored=True)
    for _ in range(6):
        with pytest.raises(StoreAway):
            await making(app, away(app.state.store)).run()
        due_now(environment_database)
    assert state_of(environment_database, image_id) == (None, True, 6)
