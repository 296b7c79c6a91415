"""Links: what they open, to whom, for how long; and everything that closes them looks the same."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from services.gallery.actions.count_views import CountViews
from services.gallery.actions.keep_shares import KeepShares
from services.gallery.errors import TooMany
from services.gallery.main import create_app
from services.gallery.schemas.shares import NewShare
from services.gallery.settings import GallerySettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import a_person, client_of, served
from tests.services.gallery.conftest import AddImages, picture


async def shared(client: httpx.AsyncClient, of: str, id_: object, **more: object) -> dict[str, Any]:
    answer = await client.post("/v1/shares", json={"of": of, "id": str(id_), **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def opened(app: FastAPI, token: str, **params: Any) -> httpx.Response:
    async with client_of(app, None) as anybody:
        return await anybody.get(f"/v1/shares/{token}", params=params)


async def is_closed(app: FastAPI, token: str) -> bool:
    """The one answer of all closed links."""
    answer = await opened(app, token)
    document = answer.json()
    same = {"code": "gallery.share_not_found", "detail": "", "status": 404}
    return answer.status_code == 404 and same.items() <= document.items()


def change(database: EnvironmentDatabase, statement: str, *params: object) -> None:
    with psycopg.connect(database.system_url) as system:
        system.execute(statement.encode(), params)


async def test_anybody_may_open_a_picture(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person, prompt="a heron", is_stored=True)
    async with client_of(app, person) as client:
        share = await shared(client, "image", image_id)
        assert share["url"].endswith(f"/v1/shares/{share['token']}")
        assert len(share["token"]) == 32
        assert (await client.get("/v1/shares")).json()["items"] == [share]
    page = (await opened(app, share["token"])).json()
    (item,) = page["items"]
    assert (page["of"], page["title"], page["next_cursor"]) == ("image", None, None)
    assert item["prompt"] is None, "words are the owner's until said otherwise"
    assert str(image_id) not in str(page)
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(item["url"])).content == picture()
    until = datetime.fromisoformat(item["url_expires_at"]) - datetime.now(UTC)
    assert until <= timedelta(seconds=300)


async def test_an_album_page_by_page(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    good = await add_images(person, 3, prompt="a heron")
    (bad,) = await add_images(person, prompt="something Ｆorbidden")
    (unsafe,) = await add_images(person)
    (removed,) = await add_images(person)
    change(environment_database, "update images set safety = 'unsafe' where id = %s", unsafe)
    async with client_of(app, person) as client:
        album = (await client.post("/v1/albums", json={"name": "birds"})).json()["id"]
        body = {"image_ids": [str(each) for each in (*good, bad, unsafe, removed)]}
        await client.post(f"/v1/albums/{album}/images", json=body)
        await client.delete(f"/v1/images/{removed}")
        share = await shared(client, "album", album, show_prompts=True)
    first = (await opened(app, share["token"], limit=4)).json()
    rest = (await opened(app, share["token"], cursor=first["next_cursor"])).json()
    assert first["title"] == "birds"
    assert [item["prompt"] for item in first["items"] + rest["items"]] == ["a heron"] * 3
    assert rest["next_cursor"] is None


async def test_all_that_closes_a_link_looks_the_same(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    async with client_of(app, person) as client:

        async def a_share() -> tuple[str, UUID]:
            (image_id,) = await add_images(person)
            share = await shared(client, "image", image_id)
            assert not await is_closed(app, share["token"])
            return share["token"], image_id

        revoked, _ = await a_share()
        assert (await client.delete(f"/v1/shares/{revoked}")).status_code == 204
        assert (await client.delete(f"/v1/shares/{revoked}")).status_code == 404
        expired, _ = await a_share()
        removed, image_id = await a_share()
        await client.delete(f"/v1/images/{image_id}")
        unsafe, image_id = await a_share()
        change(environment_database, "update images set safety = 'unsafe' where id = %s", image_id)
        with psycopg.connect(environment_database.admin_url) as admin:
            admin.execute(f"set search_path = {environment_database.schema}".encode())
            admin.execute("update shares set expires_at = now() where token = %s", [expired])
        album = (await client.post("/v1/albums", json={"name": "gone"})).json()["id"]
        of_album = (await shared(client, "album", album))["token"]
        assert not await is_closed(app, of_album)
        await client.delete(f"/v1/albums/{album}")
    for token in (revoked, expired, removed, unsafe, of_album, "A" * 32):
        assert await is_closed(app, token)


@pytest.mark.parametrize(
    "ending",
    [
        "update users set deleted_at = now() where id = %s",
        "update users set disabled_at = now() where id = %s",
    ],
)
async def test_links_close_with_their_owners_account(
    app: FastAPI,
    person: Caller,
    add_images: AddImages,
    environment_database: EnvironmentDatabase,
    ending: str,
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        token = (await shared(client, "image", image_id))["token"]
    with psycopg.connect(environment_database.admin_url) as admin:
        admin.execute(f"set search_path = {environment_database.schema}".encode())
        admin.execute(ending.encode(), [person.user_id])
    assert await is_closed(app, token)


@pytest.mark.parametrize(
    "token", ["a%00b", "..%2f..", "'%20or%201=1--", "%ff%fe", "x", "A" * 64, "%F0%9F%98%80"]
)
async def test_guessed_tokens_open_nothing(app: FastAPI, person: Caller, token: str) -> None:
    assert (await opened(app, token)).status_code == 404
    async with client_of(app, person) as client:
        assert (await client.delete(f"/v1/shares/{token}")).status_code == 404


async def test_another_persons_things_get_no_link(
    app: FastAPI, person: Caller, stranger: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        album = (await client.post("/v1/albums", json={"name": "mine"})).json()["id"]
        token = (await shared(client, "album", album))["token"]
    async with client_of(app, stranger) as other:
        for body in (
            {"of": "image", "id": str(image_id)},
            {"of": "image", "id": album},
            {"of": "album", "id": album},
            {"of": "album", "id": str(uuid4())},
        ):
            assert (await other.post("/v1/shares", json=body)).status_code == 404
        assert (await other.delete(f"/v1/shares/{token}")).status_code == 404
        assert (await other.get("/v1/shares")).json()["items"] == []
    assert not await is_closed(app, token)


async def test_a_link_in_the_table_opens_only_what_its_owner_has(
    app: FastAPI,
    person: Caller,
    stranger: Caller,
    add_images: AddImages,
    environment_database: EnvironmentDatabase,
) -> None:
    (image_id,) = await add_images(person)
    token = "B" * 32 + uuid4().hex
    with psycopg.connect(environment_database.app_url) as connection:
        connection.execute(
            "select set_config('pingvas.user_id', %s, true)", [str(stranger.user_id)]
        )
        connection.execute(
            "insert into shares (user_id, token, image_id) values (%s, %s, %s)",
            [stranger.user_id, token, image_id],
        )
    assert await is_closed(app, token)


async def test_what_may_not_be_public_gets_no_link(
    settings: GallerySettings,
    person: Caller,
    add_images: AddImages,
    environment_database: EnvironmentDatabase,
) -> None:
    (unknown,), (safe,), (forbidden,) = [
        await add_images(person, prompt=prompt) for prompt in ("a", "b", "forbidden fruit")
    ]
    change(
        environment_database,
        "update images set safety = 'safe' where id = any(%s)",
        [safe, forbidden],
    )
    strict = settings.model_copy(update={"share_unchecked": False})
    async with (
        served(create_app(strict, has_background=False)) as app,
        client_of(app, person) as client,
    ):
        for image_id, status in ((unknown, 409), (safe, 201), (forbidden, 409)):
            answer = await client.post("/v1/shares", json={"of": "image", "id": str(image_id)})
            assert answer.status_code == status
            if status == 409:
                assert answer.json()["code"] == "gallery.may_not_be_shared"


async def test_a_name_that_may_not_be_public(app: FastAPI, person: Caller) -> None:
    async with client_of(app, person) as client:
        album = (await client.post("/v1/albums", json={"name": "fine"})).json()["id"]
        token = (await shared(client, "album", album))["token"]
        assert not await is_closed(app, token)
        await client.patch(f"/v1/albums/{album}", json={"name": "FORBIDDEN things"})
        assert await is_closed(app, token)
        answer = await client.post("/v1/shares", json={"of": "album", "id": album})
        assert (answer.status_code, answer.json()["code"]) == (409, "gallery.may_not_be_shared")


async def test_a_link_that_ends(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        share = await shared(client, "image", image_id, expires_in_s=3600)
        left = datetime.fromisoformat(share["expires_at"]) - datetime.now(UTC)
        assert timedelta(minutes=59) < left <= timedelta(hours=1)
        for seconds in (59, 31_536_001, 0, -1):
            body = {"of": "image", "id": str(image_id), "expires_in_s": seconds}
            assert (await client.post("/v1/shares", json=body)).status_code == 422


async def test_views_come_to_the_record(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        token = (await shared(client, "image", image_id))["token"]
        for _ in range(3):
            await opened(app, token)
        assert (await client.get("/v1/shares")).json()["items"][0]["views"] == 0
        count = CountViews(app.state.database, app.state.views)
        await count.run()
        await count.run()
        assert (await client.get("/v1/shares")).json()["items"][0]["views"] == 3


async def test_so_many_links(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    (image_id,) = await add_images(person)
    shares = KeepShares(app.state.database, app.state.safety, "https://here", at_most=1)
    first = await shares.add(person, NewShare(of="image", id=image_id))
    with pytest.raises(TooMany):
        await shares.add(person, NewShare(of="image", id=image_id))
    await shares.revoke(person, first.token)
    assert (await shares.add(person, NewShare(of="image", id=image_id))).token != first.token


async def test_an_administrators_verdict_opens_and_closes(
    settings: GallerySettings, database: Database, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    strict = settings.model_copy(update={"share_unchecked": False})
    async with (
        served(create_app(strict, has_background=False)) as app,
        client_of(app, person) as client,
        client_of(app, await a_person(database, role="admin")) as judge,
    ):
        address, body = f"/v1/images/{image_id}/safety", {"of": "image", "id": str(image_id)}
        assert (await client.put(address, json={"safety": "safe"})).status_code == 403
        assert (await client.post("/v1/shares", json=body)).status_code == 409
        assert (await judge.put(address, json={"safety": "safe"})).status_code == 204
        token = (await client.post("/v1/shares", json=body)).json()["token"]
        assert not await is_closed(app, token)
        assert (await judge.put(address, json={"safety": "unsafe"})).status_code == 204
        assert await is_closed(app, token)
        assert (await judge.put(address, json={"safety": "maybe"})).status_code == 422
        nothing = f"/v1/images/{uuid4()}/safety"
        assert (await judge.put(nothing, json={"safety": "safe"})).status_code == 404
