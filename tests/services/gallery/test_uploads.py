"""Uploads over HTTP: cleaned, stored, limited, one's own."""

import hashlib
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from services.contracts.object_keys import upload_key
from services.gallery.actions.keep_uploads import KeepUploads
from services.gallery.errors import TooMany
from services.gallery.ports.pictures import Purpose
from services.kernel.access import Caller
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import client_of
from tests.services.gallery.conftest import BUCKET, keys_below, picture
from tests.services.gallery.hostile import REFUSED, WRONG_SIDES, with_metadata

PNG = {"Content-Type": "image/png"}


async def sent(client: httpx.AsyncClient, content: bytes, **params: str) -> httpx.Response:
    return await client.post("/v1/uploads", content=content, headers=PNG, params=params)


async def test_an_upload_is_stored_clean(
    app: FastAPI, person: Caller, bucket: Any, environment_database: EnvironmentDatabase
) -> None:
    async with client_of(app, person) as client, httpx.AsyncClient() as anybody:
        answer = await sent(client, with_metadata("JPEG"), purpose="mask")
        assert answer.status_code == 201, answer.text
        upload = answer.json()
        stored = (await anybody.get(upload["url"])).content
        assert (await client.get(f"/v1/uploads/{upload['id']}")).json() == upload
        assert (await client.get("/v1/uploads")).json()["items"] == [upload]
    assert b"carried inside" not in stored
    assert upload["sha256"] == hashlib.sha256(stored).hexdigest()
    assert upload["size_bytes"] == len(stored)
    assert (upload["width"], upload["height"], upload["purpose"]) == (32, 64, "mask")
    with psycopg.connect(environment_database.system_url) as system:
        row = system.execute(
            "select object_key, expires_at > now() from uploads where id = %s", [upload["id"]]
        ).fetchone()
    assert row == (upload_key(person.user_id, upload["id"]), True)
    assert keys_below(bucket, f"uploads/{person.user_id}/") == [row[0]]
    assert bucket.head_object(Bucket=BUCKET, Key=row[0])["ContentType"] == "image/png"


@pytest.mark.parametrize("name", [*REFUSED, *WRONG_SIDES])
async def test_hostile_bytes_are_refused(
    app: FastAPI, person: Caller, bucket: Any, name: str
) -> None:
    code = "gallery.image_sides_refused" if name in WRONG_SIDES else "gallery.not_an_image"
    async with client_of(app, person) as client:
        answer = await sent(client, {**REFUSED, **WRONG_SIDES}[name])
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert (await client.get("/v1/uploads")).json()["items"] == []
    assert keys_below(bucket, f"uploads/{person.user_id}/") == []


async def test_a_body_that_is_too_large(app: FastAPI, person: Caller) -> None:
    async with client_of(app, person) as client:
        answer = await sent(client, b"\x89PNG\r\n\x1a\n" + bytes(20 * 2**20))
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


@pytest.mark.parametrize("media_type", ["application/zip", "image/svg+xml", "image/gif", "", "x"])
async def test_other_media_types_are_refused(app: FastAPI, person: Caller, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    async with client_of(app, person) as client:
        answer = await client.post("/v1/uploads", content=picture(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "gallery.media_type_refused")


async def test_what_it_is_called_does_not_matter(app: FastAPI, person: Caller) -> None:
    async with client_of(app, person) as client:
        answer = await sent(client, picture("WEBP"))
        assert (answer.status_code, answer.json()["content_type"]) == (201, "image/png")


async def test_another_persons_upload_does_not_exist(
    app: FastAPI, person: Caller, stranger: Caller
) -> None:
    async with client_of(app, person) as client:
        upload = (await sent(client, picture())).json()
    async with client_of(app, stranger) as other:
        for upload_id in (upload["id"], uuid4()):
            for method in ("GET", "DELETE"):
                answer = await other.request(method, f"/v1/uploads/{upload_id}")
                assert answer.status_code == 404
                assert answer.json()["code"] == "gallery.upload_not_found"
        assert (await other.get("/v1/uploads")).json()["items"] == []
    async with client_of(app, person) as client:
        assert (await client.get(f"/v1/uploads/{upload['id']}")).status_code == 200


async def test_a_removed_upload_is_gone(app: FastAPI, person: Caller) -> None:
    async with client_of(app, person) as client:
        address = f"/v1/uploads/{(await sent(client, picture())).json()['id']}"
        assert (await client.delete(address)).status_code == 204
        assert (await client.delete(address)).status_code == 404
        assert (await client.get(address)).status_code == 404


async def test_so_many_uploads(app: FastAPI, person: Caller) -> None:
    state = app.state
    uploads = KeepUploads(
        state.database, state.store, state.pictures, state.signer, lifetime_s=60, at_most=1
    )
    first = await uploads.add(person, picture(), Purpose.SOURCE)
    with pytest.raises(TooMany):
        await uploads.add(person, picture(), Purpose.SOURCE)
    await uploads.remove(person, first.id)
    assert (await uploads.add(person, picture(), Purpose.SOURCE)).width == 64


async def test_nobody_may_upload(app: FastAPI) -> None:
    async with client_of(app, None) as nobody:
        assert (await sent(nobody, picture())).status_code == 401
