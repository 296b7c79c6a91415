"""The gallery as it runs: thumbnails and archives come by themselves, and trouble passes."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

from services.gallery.main import create_app
from services.gallery.settings import GallerySettings
from services.kernel.access import Caller
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
