"""A person's pictures and albums over HTTP, and nobody else's."""

from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from psycopg.types.json import Jsonb
from pydantic import SecretStr

from services.gallery.main import create_app
from services.gallery.settings import GallerySettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import a_person, client_of, served
from tests.services.gallery.conftest import AddImages


async def test_a_picture_with_its_address(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        image = (await client.get(f"/v1/images/{image_id}")).json()
        assert image["id"] == str(image_id)
        assert (image["width"], image["prompt"]) == (64, "a bird")
        assert image["url"].startswith("http://127.0.0.1:")
        assert "/pingvas-dev-images/images/" in image["url"]
        assert "object_key" not in image
        assert (await client.get("/v1/images")).json()["items"][0]["id"] == str(image_id)


async def test_pages_newest_first_and_by_job(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    first, second = await add_images(person, 3), await add_images(person, 2)
    async with client_of(app, person) as client:
        page = (await client.get("/v1/images", params={"limit": 4})).json()
        rest = (await client.get("/v1/images", params={"cursor": page["next_cursor"]})).json()
        seen = [UUID(item["id"]) for item in page["items"] + rest["items"]]
        assert seen == [*first, *second][::-1]
        assert rest["next_cursor"] is None
        job_id = page["items"][0]["job_id"]
        of_job = (await client.get("/v1/images", params={"job_id": job_id})).json()
        assert [UUID(item["id"]) for item in of_job["items"]] == second[::-1]


async def test_a_removed_picture_is_gone(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        assert (await client.delete(f"/v1/images/{image_id}")).status_code == 204
        assert (await client.delete(f"/v1/images/{image_id}")).status_code == 404
        assert (await client.get(f"/v1/images/{image_id}")).status_code == 404
        assert (await client.get("/v1/images")).json()["items"] == []


async def test_another_persons_pictures_do_not_exist(
    app: FastAPI, person: Caller, database: Database, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, await a_person(database)) as stranger:
        for method in ("GET", "DELETE"):
            answer = await stranger.request(method, f"/v1/images/{image_id}")
            assert answer.status_code == 404
            assert answer.json()["code"] == "gallery.image_not_found"
        own_album = (await stranger.post("/v1/albums", json={"name": "loot"})).json()["id"]
        for album_id in (None, own_album):
            body = {"album_id": album_id}
            assert (await stranger.patch(f"/v1/images/{image_id}", json=body)).status_code == 404
        assert (await stranger.get("/v1/images")).json()["items"] == []
    async with client_of(app, person) as client:
        image = (await client.get(f"/v1/images/{image_id}")).json()
        assert image["album_id"] is None


async def test_another_persons_ids_and_cursors_find_nothing(
    app: FastAPI, person: Caller, database: Database, add_images: AddImages
) -> None:
    first, _second = await add_images(person, 2)
    async with client_of(app, person) as client:
        album, _ = [(await client.post("/v1/albums", json={"name": n})).json() for n in "ab"]
        await client.patch(f"/v1/images/{first}", json={"album_id": album["id"]})
        job_id = (await client.get(f"/v1/images/{first}")).json()["job_id"]
        images = (await client.get("/v1/images", params={"limit": 1})).json()["next_cursor"]
        albums = (await client.get("/v1/albums", params={"limit": 1})).json()["next_cursor"]
    async with client_of(app, await a_person(database)) as stranger:
        for address, params in (
            ("/v1/images", {"job_id": job_id}),
            ("/v1/images", {"album_id": album["id"]}),
            ("/v1/images", {"cursor": images}),
            ("/v1/albums", {"cursor": albums}),
            ("/v1/albums", {}),
        ):
            answer = await stranger.get(address, params=params)
            assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_albums(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    filed, _other = await add_images(person, 2)
    async with client_of(app, person) as client:
        album = (await client.post("/v1/albums", json={"name": " birds "})).json()
        assert album["name"] == "birds"
        assert (await client.get("/v1/albums")).json()["items"] == [album]
        change = {"album_id": album["id"]}
        assert (await client.patch(f"/v1/images/{filed}", json=change)).json()["url"]
        inside = (await client.get("/v1/images", params=change)).json()["items"]
        assert [item["id"] for item in inside] == [str(filed)]
        await client.patch(f"/v1/images/{filed}", json={"album_id": None})
        assert (await client.get("/v1/images", params=change)).json()["items"] == []


async def test_another_persons_album_can_not_be_used(
    app: FastAPI, person: Caller, database: Database, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, await a_person(database)) as stranger:
        album = (await stranger.post("/v1/albums", json={"name": "theirs"})).json()
    async with client_of(app, person) as client:
        for album_id in (album["id"], str(uuid4())):
            answer = await client.patch(f"/v1/images/{image_id}", json={"album_id": album_id})
            assert answer.status_code == 404
            assert answer.json()["code"] == "gallery.album_not_found"


async def test_without_keys_to_sign_with_pictures_wait(
    settings: GallerySettings,
    person: Caller,
    add_images: AddImages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (image_id,) = await add_images(person)
    none = SecretStr("")
    keyless = settings.model_copy(
        update={"object_store_access_key": none, "object_store_secret_key": none}
    )
    async with (
        served(create_app(keyless, has_background=False)) as app,
        client_of(app, person) as client,
    ):
        answer = await client.get(f"/v1/images/{image_id}")
        assert (answer.status_code, answer.json()["code"]) == (503, "gallery.signing_unavailable")
        assert answer.headers["Retry-After"] == "5"


async def test_how_a_picture_was_made(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    _, second = await add_images(person, 2)
    parameters = {
        "seed": 41, "steps": 20, "guidance_scale": 7.5, "scheduler": None, "negative_prompt": "rain"
    }  # fmt: skip
    async with client_of(app, person) as client:
        before = (await client.get(f"/v1/images/{second}")).json()
        assert (before["seed"], before["steps"], before["negative_prompt"]) == (None, None, None)
        with psycopg.connect(environment_database.system_url) as system:
            system.execute(
                "update generation_jobs set parameters = %s where id = %s",
                [Jsonb(parameters), before["job_id"]],
            )
        image = (await client.get(f"/v1/images/{second}")).json()
    made = {key: image[key] for key in ("steps", "guidance_scale", "scheduler", "negative_prompt")}
    assert made == {key: parameters[key] for key in made}
    assert image["seed"] == 42, "the second picture of a job is drawn by the next seed"
    assert (image["checkpoint"], image["kind"]) == ("tiny", "text_to_image")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"favourite": None}, {"tags": None}, {"safety": "safe"}, {"user_id": str(uuid4())},
        {"album_id": "x"}, {"deleted_at": None}, [], "x", None,
    ],
)  # fmt: skip
async def test_changes_that_are_refused(
    app: FastAPI, person: Caller, add_images: AddImages, body: object
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        before = (await client.get(f"/v1/images/{image_id}")).json()
        assert (await client.patch(f"/v1/images/{image_id}", json=body)).status_code == 422
        assert (await client.get(f"/v1/images/{image_id}")).json() == before


async def test_every_way_to_another_persons_picture_is_closed(
    app: FastAPI, person: Caller, stranger: Caller, add_images: AddImages
) -> None:
    kept, removed = await add_images(person, 2)
    async with client_of(app, person) as client:
        await client.delete(f"/v1/images/{removed}")
    async with client_of(app, stranger) as other:
        for answer in (
            await other.patch(f"/v1/images/{kept}", json={"favourite": True}),
            await other.patch(f"/v1/images/{kept}", json={"tags": ["mine"]}),
            await other.post(f"/v1/images/{kept}/tags", json={"tags": ["mine"]}),
            await other.delete(f"/v1/images/{kept}/tags", params={"tag": "a"}),
            await other.post(f"/v1/images/{removed}/restore"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "gallery.image_not_found")
        assert (await other.get("/v1/tags")).json()["items"] == []
        for params in ({"removed": True}, {"q": "bird"}):
            assert (await other.get("/v1/images", params=params)).json()["items"] == []


async def test_nobody_is_refused(app: FastAPI) -> None:
    async with client_of(app, None) as nobody:
        assert (await nobody.get("/v1/images")).status_code == 401


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "   "}, {"name": "a\0"}, {"x": 1}])
async def test_an_album_needs_a_name(app: FastAPI, person: Caller, body: dict[str, str]) -> None:
    async with client_of(app, person) as client:
        assert (await client.post("/v1/albums", json=body)).status_code == 422
