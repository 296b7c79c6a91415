"""Albums over HTTP: made, changed, filled, covered and removed."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.gallery.actions.keep_albums import KeepAlbums
from services.gallery.errors import TooMany
from services.gallery.schemas.albums import NewAlbum
from services.kernel.access import Caller
from tests.services.callers import client_of
from tests.services.gallery.conftest import AddImages


async def an_album(client: httpx.AsyncClient, name: str = "birds") -> dict[str, Any]:
    made: dict[str, Any] = (await client.post("/v1/albums", json={"name": name})).json()
    return made


async def test_an_album_of_its_own(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    first, second = await add_images(person, 2)
    async with client_of(app, person) as client:
        album = await an_album(client)
        address = f"/v1/albums/{album['id']}"
        assert (album["image_count"], album["cover_url"]) == (0, None)
        body = {"image_ids": [str(first), str(second), str(first)]}
        filled = (await client.post(f"{address}/images", json=body)).json()
        assert filled["image_count"] == 2
        assert filled["cover_image_id"] == str(second), "the newest, until one is chosen"
        change = {"name": " sea birds ", "cover_image_id": str(first)}
        changed = (await client.patch(address, json=change)).json()
        assert (changed["name"], changed["cover_image_id"]) == ("sea birds", str(first))
        assert changed["cover_url"].startswith("http")
        assert (await client.get(address)).json()["name"] == "sea birds"
        again = (await client.patch(address, json={"cover_image_id": None})).json()
        assert again["cover_image_id"] == str(second)
        assert (await client.delete(address)).status_code == 204
        assert (await client.get(address)).json()["code"] == "gallery.album_not_found"
        image = (await client.get(f"/v1/images/{first}")).json()
        assert image["album_id"] is None, "the picture stays"


async def test_a_cover_that_left_gives_way(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    first, second = await add_images(person, 2)
    async with client_of(app, person) as client:
        album = await an_album(client)
        address = f"/v1/albums/{album['id']}"
        await client.post(f"{address}/images", json={"image_ids": [str(first), str(second)]})
        await client.patch(address, json={"cover_image_id": str(first)})
        await client.delete(f"/v1/images/{first}")
        left = (await client.get(address)).json()
        assert (left["cover_image_id"], left["image_count"]) == (str(second), 1)


async def test_moving_is_all_or_nothing(
    app: FastAPI, person: Caller, stranger: Caller, add_images: AddImages
) -> None:
    (mine,) = await add_images(person)
    (theirs,) = await add_images(stranger)
    async with client_of(app, person) as client:
        album = await an_album(client)
        address = f"/v1/albums/{album['id']}"
        for other in (theirs, uuid4()):
            body = {"image_ids": [str(mine), str(other)]}
            answer = await client.post(f"{address}/images", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "gallery.image_not_found")
        assert (await client.get(address)).json()["image_count"] == 0
        for cover in (mine, theirs, uuid4()):
            answer = await client.patch(address, json={"name": "x", "cover_image_id": str(cover)})
            assert answer.status_code == 404, "a cover lies in its album"
        assert (await client.get(address)).json()["name"] == "birds"


async def test_another_persons_album_does_not_exist(
    app: FastAPI, person: Caller, stranger: Caller, add_images: AddImages
) -> None:
    (mine,) = await add_images(person)
    async with client_of(app, stranger) as theirs:
        album = await an_album(theirs)
    async with client_of(app, person) as client:
        for album_id in (album["id"], str(uuid4())):
            address = f"/v1/albums/{album_id}"
            for answer in (
                await client.get(address),
                await client.patch(address, json={"name": "mine now"}),
                await client.post(f"{address}/images", json={"image_ids": [str(mine)]}),
                await client.delete(address),
            ):
                assert answer.status_code == 404
                assert answer.json()["code"] == "gallery.album_not_found"
    async with client_of(app, stranger) as theirs:
        assert (await theirs.get(f"/v1/albums/{album['id']}")).json() == album


async def test_so_many_albums(app: FastAPI, person: Caller) -> None:
    albums = KeepAlbums(app.state.database, app.state.showing, at_most=1)
    await albums.add(person, NewAlbum(name="one"))
    with pytest.raises(TooMany) as refused:
        await albums.add(person, NewAlbum(name="one more"))
    assert refused.value.extra == {"of": "albums", "limit": 1}


@pytest.mark.parametrize(
    "body", [{}, {"name": None}, {"name": " "}, {"user_id": str(uuid4())}, {"cover_image_id": "x"}]
)
async def test_changes_that_are_refused(app: FastAPI, person: Caller, body: Any) -> None:
    async with client_of(app, person) as client:
        album = await an_album(client)
        assert (await client.patch(f"/v1/albums/{album['id']}", json=body)).status_code == 422
