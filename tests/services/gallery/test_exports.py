"""Archives: whole, one at a time, one's own, and made again after a kill."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from services.contracts.object_keys import export_key
from services.gallery.actions.order_exports import OrderExports
from services.gallery.actions.write_export import WriteExport
from services.gallery.errors import ExportTooLarge
from services.gallery.ports.object_store import ObjectStore, StoreAway
from services.kernel.access import Caller
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import client_of
from tests.services.gallery.conftest import BUCKET, AddImages, keys_below, picture
from tests.services.gallery.stores import FailingStore, Killed, away

# Before the first call to the store, or after it, and so on to the last.
ENDS = [*((calls, False) for calls in range(5)), *((calls, True) for calls in range(1, 6))]


@pytest.fixture(autouse=True)
def nothing_else_is_ordered(environment_database: EnvironmentDatabase) -> None:
    with psycopg.connect(environment_database.system_url) as system:
        system.execute("delete from exports")


def writing(app: FastAPI, store: ObjectStore | None = None) -> WriteExport:
    return WriteExport(app.state.database, store or app.state.store, lifetime_s=3600)


def leases_run_out(database: EnvironmentDatabase) -> None:
    with psycopg.connect(database.system_url) as system:
        system.execute("update exports set leased_until = now() where leased_until is not null")


async def ordered(client: httpx.AsyncClient, **body: str) -> str:
    answer = await client.post("/v1/exports", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def fetched(client: httpx.AsyncClient, export_id: str) -> zipfile.ZipFile:
    export = (await client.get(f"/v1/exports/{export_id}")).json()
    assert export["status"] == "ready", export
    async with httpx.AsyncClient() as anybody:
        answer = await anybody.get(export["url"])
    disposition = answer.headers["content-disposition"]
    assert disposition == f'attachment; filename="pingvas-{export["created_at"][:10]}.zip"'
    assert export["size_bytes"] == len(answer.content)
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_an_archive_holds_every_picture_and_how_it_was_made(
    app: FastAPI, person: Caller, stranger: Caller, add_images: AddImages, bucket: Any
) -> None:
    first, second = await add_images(person, 2, prompt="../../etc/Pass wd\\..", is_stored=True)
    (missing,) = await add_images(person)
    (removed,) = await add_images(person, is_stored=True)
    await add_images(stranger, is_stored=True)
    async with client_of(app, person) as client:
        await client.delete(f"/v1/images/{removed}")
        await client.patch(f"/v1/images/{first}", json={"tags": ["sea"], "favourite": True})
        export_id = await ordered(client)
        queued = (await client.get(f"/v1/exports/{export_id}")).json()
        assert (queued["status"], queued["url"], queued["expires_at"]) == ("queued", None, None)
        assert await writing(app).run() is True
        assert await writing(app).run() is False
        archive = await fetched(client, export_id)
        assert (await client.get("/v1/exports")).json()["items"][0]["image_count"] == 3
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    by_id = {entry["id"]: entry for entry in manifest["images"]}
    assert set(by_id) == {str(first), str(second), str(missing)}
    assert by_id[str(missing)]["file"] is None
    told = by_id[str(first)]
    assert (told["tags"], told["favourite"], told["checkpoint"]) == (["sea"], True, "tiny")
    assert archive.read(told["file"]) == picture()
    assert told["file"].endswith(f"/etc-pass-wd-{first}.png")
    assert all(".." not in name and "\\" not in name for name in archive.namelist())
    assert len(archive.namelist()) == 3
    assert keys_below(bucket, f"exports/{person.user_id}/") == [
        export_key(person.user_id, UUID(export_id))
    ]


async def test_one_album(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    first, _ = await add_images(person, 2, is_stored=True)
    async with client_of(app, person) as client:
        album = (await client.post("/v1/albums", json={"name": "a"})).json()["id"]
        await client.patch(f"/v1/images/{first}", json={"album_id": album})
        export_id = await ordered(client, album_id=album)
        await writing(app).run()
        archive = await fetched(client, export_id)
    assert [entry["id"] for entry in json.loads(archive.read("manifest.json"))["images"]] == [
        str(first)
    ]


async def test_an_empty_gallery_is_an_archive_too(app: FastAPI, person: Caller) -> None:
    async with client_of(app, person) as client:
        export_id = await ordered(client)
        await writing(app).run()
        archive = await fetched(client, export_id)
    assert json.loads(archive.read("manifest.json")) == {"images": []}


async def test_large_ones_go_part_by_part(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
) -> None:
    ids = await add_images(person, 6)
    noise = bytes(range(256)) * 4 * 2**10 * 3  # 3 MiB each
    with psycopg.connect(environment_database.system_url) as system:
        rows = system.execute("select object_key from images where id = any(%s)", [ids]).fetchall()
    for (key,) in rows:
        bucket.put_object(Bucket=BUCKET, Key=key, Body=noise)
    async with client_of(app, person) as client:
        export_id = await ordered(client)
        await writing(app).run()
        archive = await fetched(client, export_id)
    assert archive.testzip() is None
    assert len(archive.namelist()) == 7


async def test_one_at_a_time(app: FastAPI, person: Caller, stranger: Caller) -> None:
    async with client_of(app, person) as client, client_of(app, stranger) as other:
        await ordered(client)
        answer = await client.post("/v1/exports", json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "gallery.export_running")
        await ordered(other)
        while await writing(app).run():
            pass
        await ordered(client)


@pytest.mark.parametrize(("calls", "is_late"), ENDS)
async def test_killed_anywhere_it_is_made_again(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    bucket: Any,
    environment_database: EnvironmentDatabase,
    calls: int,
    is_late: bool,
) -> None:
    await add_images(person, 2, is_stored=True)
    async with client_of(app, person) as client:
        export_id = await ordered(client)
        with pytest.raises(Killed):
            await writing(app, FailingStore(app.state.store, calls, is_late=is_late)).run()
        assert await writing(app).run() is False, "its lease still runs"
        leases_run_out(environment_database)
        assert await writing(app).run() is True
        archive = await fetched(client, export_id)
    assert len(archive.namelist()) == 3
    begun = bucket.list_multipart_uploads(Bucket=BUCKET, Prefix=f"exports/{person.user_id}/")
    assert begun.get("Uploads", []) == [], "no parts of the earlier try are left"


async def test_a_store_that_is_away_gets_another_try_at_once(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    await add_images(person, is_stored=True)
    async with client_of(app, person) as client:
        export_id = await ordered(client)
        with pytest.raises(StoreAway):
            await writing(app, away(app.state.store, 1)).run()
        await writing(app).run()
        await fetched(client, export_id)


async def test_who_lost_the_lease_does_not_spoil_it(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    """The slow one is overtaken between reading pictures and storing them."""
    await add_images(person, is_stored=True)
    real: ObjectStore = app.state.store

    class Overtaken(FailingStore):
        async def put_part(self, key: str, multipart_id: str, number: int, content: bytes) -> Any:
            leases_run_out(environment_database)
            assert await writing(app).run() is True
            return await real.put_part(key, multipart_id, number, content)

    async with client_of(app, person) as client:
        export_id = await ordered(client)
        await writing(app, Overtaken(real, 100)).run()
        archive = await fetched(client, export_id)
    assert len(archive.namelist()) == 2


async def test_tries_come_to_an_end(
    app: FastAPI, person: Caller, environment_database: EnvironmentDatabase
) -> None:
    async with client_of(app, person) as client:
        export_id = await ordered(client)
        for _ in range(5):
            with pytest.raises(StoreAway):
                await writing(app, away(app.state.store)).run()
        assert await writing(app).run() is True
        export = (await client.get(f"/v1/exports/{export_id}")).json()
        assert (export["status"], export["error_code"]) == ("failed", "gallery.export_failed")
        await ordered(client)


async def test_too_many_pictures(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    await add_images(person, 2)
    order = OrderExports(app.state.database, app.state.signer, at_most=1)
    with pytest.raises(ExportTooLarge):
        await order.add(person, None)


async def test_another_persons_archive_does_not_exist(
    app: FastAPI, person: Caller, stranger: Caller
) -> None:
    async with client_of(app, person) as client, client_of(app, stranger) as other:
        export_id = await ordered(client)
        album = (await client.post("/v1/albums", json={"name": "mine"})).json()["id"]
        for each in (export_id, uuid4()):
            answer = await other.get(f"/v1/exports/{each}")
            assert (answer.status_code, answer.json()["code"]) == (404, "gallery.export_not_found")
        assert (await other.get("/v1/exports")).json()["items"] == []
        answer = await other.post("/v1/exports", json={"album_id": album})
        assert (answer.status_code, answer.json()["code"]) == (404, "gallery.album_not_found")


async def test_an_expired_archive_is_gone(
    app: FastAPI, person: Caller, environment_database: EnvironmentDatabase
) -> None:
    async with client_of(app, person) as client:
        export_id = await ordered(client)
        await writing(app).run()
        with psycopg.connect(environment_database.system_url) as system:
            system.execute("update exports set expires_at = now() where id = %s", [export_id])
        assert (await client.get(f"/v1/exports/{export_id}")).status_code == 404
        assert (await client.get("/v1/exports")).json()["items"] == []
