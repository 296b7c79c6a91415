"""The gallery as it runs: thumbnails and archives come by themselves, and trouble passes."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.gallery.background.turns import again, backoff_s, every, taking_turns
from services.gallery.main import create_app
from services.gallery.ports.object_store import StoreAway
from services.gallery.settings import GallerySettings
from services.kernel.access import Caller
from services.kernel.db import DatabaseUnavailable
from tests.services.callers import client_of, served
from tests.services.gallery.conftest import AddImages


async def until(client: httpx.AsyncClient, address: str, field: str) -> dict[str, Any]:
    """The answer as soon as a field of it is there."""
    async with asyncio.timeout(20):
        while True:
            answer: dict[str, Any] = (await client.get(address)).json()
            if answer[field] is not None:
                return answer
            await asyncio.sleep(0.05)


async def test_thumbnails_and_archives_come_by_themselves(
    settings: GallerySettings, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person, is_stored=True)
    async with served(create_app(settings)) as app, client_of(app, person) as client:
        export_id = (await client.post("/v1/exports", json={})).json()["id"]
        assert await until(client, f"/v1/images/{image_id}", "thumbnail_url")
        assert (await until(client, f"/v1/exports/{export_id}", "url"))["status"] == "ready"


async def test_views_are_written_when_the_program_ends(
    settings: GallerySettings, app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with (
        served(create_app(settings, has_background=False)) as short_lived,
        client_of(short_lived, person) as client,
    ):
        body = {"of": "image", "id": str(image_id)}
        token = (await client.post("/v1/shares", json=body)).json()["token"]
        await client.get(f"/v1/shares/{token}")
    async with client_of(app, person) as client:
        assert (await client.get("/v1/shares")).json()["items"][0]["views"] == 1


@pytest.mark.parametrize("trouble", [StoreAway, DatabaseUnavailable, LookupError])
async def test_a_turn_that_fails_is_repeated(trouble: type[Exception]) -> None:
    done = asyncio.Event()
    failures = iter([trouble()])

    async def turn() -> float:
        if failure := next(failures, None):
            raise failure
        done.set()
        return 60.0

    async with taking_turns({"turn": turn}), asyncio.timeout(10):
        await done.wait()


async def test_a_turn_goes_on_while_there_is_more() -> None:
    answers = iter([True, False])

    async def work() -> bool:
        return next(answers)

    async def walk() -> None:
        return None

    turn = again(work, 7.0)
    assert [await turn(), await turn()] == [0.0, 7.0]
    assert await every(walk, 9.0)() == 9.0


def test_the_back_off_grows_to_a_limit() -> None:
    assert 0.25 <= backoff_s(1) <= 0.5
    assert 15.0 <= backoff_s(100) <= 30.0
