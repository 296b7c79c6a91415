"""What ended goes, objects first, and a program that is killed anywhere leaves nothing behind."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from services.contracts.object_keys import (
    export_key,
    handover_key,
    image_key,
    image_prefix,
    thumbnail_key,
    upload_key,
)
from services.contracts.tiers import TierTerms
from services.gallery.actions.expire_images import ExpireImages
from services.gallery.actions.forget_people import ForgetPeople
from services.gallery.actions.purge_objects import PurgeObjects
from services.gallery.ports.object_store import ObjectStore
from services.kernel.access import Caller
from tests.servers.people import add_job
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import client_of
from tests.services.gallery.conftest import BUCKET, AddImages, keys_below, picture
from tests.services.gallery.stores import FailingStore, Killed

DAYS = 30

# Before the first call to the store, or after it, and so on to the last.
ENDS = [*((calls, False) for calls in range(6)), *((calls, True) for calls in range(1, 7))]


def purging(app: FastAPI, store: ObjectStore | None = None) -> PurgeObjects:
    return PurgeObjects(app.state.database, store or app.state.store, DAYS)


def write(database: EnvironmentDatabase, statement: str, **params: object) -> list[Any]:
    """As the superuser, in the environment's schema."""
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        cursor = admin.execute(statement.encode(), params)
        return cursor.fetchall() if cursor.description else []


def left(database: EnvironmentDatabase, table: str, user_id: UUID) -> int:
    """How many rows a person has there."""
    room = sql.Identifier(database.schema, table)
    counted = sql.SQL("select count(*) from {} where user_id = {}")
    with psycopg.connect(database.admin_url) as admin:
        row = admin.execute(counted.format(room, sql.Literal(user_id))).fetchone()
    assert row is not None
    return int(row[0])


def put(bucket: Any, *keys: str) -> None:
    for key in keys:
        bucket.put_object(Bucket=BUCKET, Key=key, Body=picture())


def all_keys(bucket: Any, user_id: UUID) -> list[str]:
    rooms = ("images", "thumbnails", "uploads", "exports")
    return [key for room in rooms for key in keys_below(bucket, f"{room}/{user_id}/")]


async def test_a_removed_picture_can_be_restored_until_its_purge(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
) -> None:
    kept, removed = await add_images(person, 2, is_stored=True)
    async with client_of(app, person) as client:
        address = f"/v1/images/{removed}"
        assert (await client.post(f"{address}/restore")).status_code == 404, "not removed"
        await client.delete(address)
        (item,) = (await client.get("/v1/images", params={"removed": True})).json()["items"]
        assert (item["id"], item["deleted_at"] is None) == (str(removed), False)
        assert (await client.post(f"{address}/restore")).json()["deleted_at"] is None
        assert (await client.get(address)).status_code == 200
        await client.delete(address)
        await purging(app).run()
        assert len(all_keys(bucket, person.user_id)) == 2, "it can still be restored"
        write(
            environment_database,
            "update images set deleted_at = now() - interval '30 days 1 minute' where id = %(id)s",
            id=removed,
        )
        assert (await client.post(f"{address}/restore")).status_code == 404, "its time is over"
        await purging(app).run()
        assert left(environment_database, "images", person.user_id) == 2, "an hour between"
        write(
            environment_database,
            "update images set deleted_at = now() - interval '31 days' where id = %(id)s",
            id=removed,
        )
        await purging(app).run()
        items = (await client.get("/v1/images")).json()["items"]
        assert [each["id"] for each in items] == [str(kept)]
    assert left(environment_database, "images", person.user_id) == 1
    assert all_keys(bucket, person.user_id) == [
        image_key(person.user_id, UUID(items[0]["job_id"]), 0)
    ]


async def ended_things(
    database: EnvironmentDatabase, person: Caller, add_images: AddImages, bucket: Any
) -> None:
    """One of everything that is due."""
    user_id = person.user_id
    (image_id,) = await add_images(person, is_stored=True)
    write(database, "update images set deleted_at = 'epoch' where id = %(id)s", id=image_id)
    ((job_id,),) = write(database, "select job_id from images where id = %(id)s", id=image_id)
    upload_id, export_id = uuid4(), uuid4()
    failed = add_job(database, user_id)
    write(
        database,
        "update generation_jobs set status = 'failed', attempt = 1, finished_at = 'epoch'"
        " where id = %(id)s",
        id=failed,
    )
    write(
        database,
        "insert into uploads (id, user_id, object_key, purpose, width, height, size_bytes, sha256,"
        " expires_at) values (%(id)s, %(user_id)s, %(key)s, 'mask', 8, 8, 1, repeat('0', 64),"
        " 'epoch')",
        id=upload_id, user_id=user_id, key=upload_key(user_id, upload_id),
    )  # fmt: skip
    write(
        database,
        "insert into exports (id, user_id, status, object_key, expires_at)"
        " values (%(id)s, %(user_id)s, 'ready', %(key)s, 'epoch')",
        id=export_id, user_id=user_id, key=export_key(user_id, export_id),
    )  # fmt: skip
    put(
        bucket,
        thumbnail_key(user_id, job_id, 0),
        upload_key(user_id, upload_id),
        export_key(user_id, export_id),
        image_key(user_id, failed, 0),
        image_key(user_id, failed, 1),
    )
    assert len(all_keys(bucket, user_id)) == 6


@pytest.mark.parametrize(("calls", "is_late"), ENDS)
async def test_killed_anywhere_it_ends_the_same(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
    calls: int,
    is_late: bool,
) -> None:
    await ended_things(environment_database, person, add_images, bucket)
    with pytest.raises(Killed):
        await purging(app, FailingStore(app.state.store, calls, is_late=is_late)).run()
    await purging(app).run()
    assert all_keys(bucket, person.user_id) == []
    for table in ("images", "uploads", "exports"):
        assert left(environment_database, table, person.user_id) == 0
    await purging(app).run()


async def test_a_failed_jobs_leftovers_go_but_recorded_pictures_stay(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
) -> None:
    (image_id,) = await add_images(person, is_stored=True)
    ((job_id, key),) = write(
        environment_database,
        "select job_id, object_key from images where id = %(id)s",
        id=image_id,
    )
    young = add_job(environment_database, person.user_id)
    put(bucket, image_key(person.user_id, job_id, 7), image_key(person.user_id, young, 0))
    for job, finished_at in ((job_id, "epoch"), (young, "now")):
        write(
            environment_database,
            "update generation_jobs set status = 'cancelled', attempt = 2,"
            " finished_at = %(at)s::timestamptz where id = %(id)s",
            id=job,
            at=finished_at,
        )
    await purging(app).run()
    assert keys_below(bucket, image_prefix(person.user_id, job_id)) == [key]
    assert len(keys_below(bucket, image_prefix(person.user_id, young))) == 1, "a late worker's"


async def test_a_hand_over_that_nobody_forgot_goes(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
) -> None:
    """The job succeeded, and its worker was killed before it deleted what it had taken over."""
    (image_id,) = await add_images(person, is_stored=True)
    ((job_id, key),) = write(
        environment_database,
        "select job_id, object_key from images where id = %(id)s",
        id=image_id,
    )
    put(bucket, handover_key(person.user_id, job_id))
    ended = (
        "update generation_jobs set status = 'succeeded', attempt = 2,"
        " finished_at = %(at)s::timestamptz where id = %(id)s"
    )
    write(environment_database, ended, id=job_id, at="now")
    await purging(app).run()
    assert len(keys_below(bucket, image_prefix(person.user_id, job_id))) == 2, "a late worker's"
    write(environment_database, ended, id=job_id, at="epoch")
    await purging(app).run()
    assert keys_below(bucket, image_prefix(person.user_id, job_id)) == [key]
    looked_at = "select objects_purged_at is not null from generation_jobs where id = %(id)s"
    assert write(environment_database, looked_at, id=job_id) == [(True,)], "only once"


async def test_everything_of_a_purged_person_goes(
    app: FastAPI,
    person: Caller,
    stranger: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
) -> None:
    for each in (person, stranger):
        first, _ = await add_images(each, 2, is_stored=True)
        async with client_of(app, each) as client:
            headers = {"Content-Type": "image/png"}
            sent = await client.post("/v1/uploads", content=picture(), headers=headers)
            assert sent.status_code == 201
            album = (await client.post("/v1/albums", json={"name": "a"})).json()["id"]
            await client.post("/v1/shares", json={"of": "album", "id": album})
            await client.post("/v1/shares", json={"of": "image", "id": str(first)})
            assert (await client.post("/v1/exports", json={})).status_code == 202
            await client.delete(f"/v1/images/{first}")
    write(
        environment_database,
        "update users set deleted_at = now(), purged_at = now() where id = %(id)s",
        id=person.user_id,
    )
    await ForgetPeople(app.state.database).run()
    await purging(app).run()
    tables = ("images", "albums", "uploads", "shares", "exports")
    counts = [left(environment_database, table, person.user_id) for table in tables]
    assert counts == [0, 0, 0, 0, 0]
    assert all_keys(bucket, person.user_id) == []
    others = [left(environment_database, table, stranger.user_id) for table in tables]
    assert others == [2, 1, 1, 2, 1]
    assert len(all_keys(bucket, stranger.user_id)) == 3


async def test_links_that_ended_long_ago_go(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        for days in (31, 29, None):
            body = {"of": "image", "id": str(image_id)}
            token = (await client.post("/v1/shares", json=body)).json()["token"]
            write(
                environment_database,
                "update shares set revoked_at = now() - make_interval(days => %(days)s)"
                " where token = %(token)s",
                token=token,
                days=days,
            )
        await purging(app).run()
        items = (await client.get("/v1/shares")).json()["items"]
    assert [item["revoked_at"] is None for item in items] == [True, False]


async def test_a_tier_keeps_pictures_so_long(
    app: FastAPI,
    person: Caller,
    stranger: Caller,
    add_images: AddImages,
    environment_database: EnvironmentDatabase,
) -> None:
    old, young = await add_images(person, 2)
    (theirs,) = await add_images(stranger)
    for statement in (
        "update images set created_at = now() - interval '8 days' where id = any(%(ids)s)",
        "update users set tier = 'pro' where id = %(stranger)s",
    ):
        write(environment_database, statement, ids=[old, theirs], stranger=stranger.user_id)
    tiers = {"free": TierTerms(image_days=7), "pro": TierTerms(image_days=None)}
    await ExpireImages(app.state.database, tiers).run()
    async with client_of(app, person) as client:
        items = (await client.get("/v1/images")).json()["items"]
        assert [item["id"] for item in items] == [str(young)]
        assert (await client.post(f"/v1/images/{old}/restore")).status_code == 200
    async with client_of(app, stranger) as other:
        assert (await other.get(f"/v1/images/{theirs}")).status_code == 200
