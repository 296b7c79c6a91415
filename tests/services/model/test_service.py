"""The catalogue over HTTP: written by administrators, read by people."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.kernel.access import Caller
from services.kernel.db import Database
from services.model.main import create_app
from services.model.settings import ModelSettings
from tests.services.callers import a_person, client_of, served

MANIFEST: dict[str, Any] = {
    "family": "stable-diffusion",
    "source": "tiny",
    "sha256": "a" * 64,
    "size_bytes": 5_500_000,
    "abilities": ["text_to_image"],
    "width": 64,
    "height": 64,
}


@pytest.fixture
async def app(shared_settings: dict[str, Any]) -> AsyncIterator[FastAPI]:
    async with served(create_app(ModelSettings(**shared_settings))) as app:
        yield app


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database)


@pytest.fixture
async def admin(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, await a_person(database, role="admin")) as client:
        yield client


@pytest.fixture
async def client(app: FastAPI, person: Caller) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, person) as client:
        yield client


@pytest.fixture
def address() -> str:
    return f"/v1/checkpoints/c-{uuid4().hex}"


async def test_a_registered_checkpoint_is_on_offer(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    name = address.rpartition("/")[2]
    saved = await admin.put(address, json={**MANIFEST, "name": name, "files": ["unet"]})
    assert saved.status_code == 200
    shown = (await client.get(address)).json()
    assert shown == saved.json()
    assert (shown["name"], shown["enabled"], shown["minimum_tier"]) == (name, True, "free")
    names = [
        item["name"] for item in (await client.get("/v1/checkpoints?limit=100")).json()["items"]
    ]
    assert name in names
    assert names == sorted(names)


async def test_installing_again_keeps_what_an_operator_decided(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    decided = {"enabled": False, "minimum_tier": "pro", "licence": "openrail"}
    first = (await admin.put(address, json={**MANIFEST, **decided})).json()
    again = (await admin.put(address, json={**MANIFEST, "sha256": "b" * 64})).json()
    assert again["id"] == first["id"]
    assert again["sha256"] == "b" * 64
    assert {name: again[name] for name in decided} == decided
    assert (await client.get(address)).status_code == 404, "it is switched off"
    assert (await admin.get(address)).status_code == 200


async def test_pages_follow_the_names(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    for suffix in "abc":
        await admin.put(f"{address}-{suffix}", json=MANIFEST)
    page = (await client.get("/v1/checkpoints?limit=2")).json()
    rest = (await client.get(f"/v1/checkpoints?limit=100&cursor={page['next_cursor']}")).json()
    names = [item["name"] for item in page["items"] + rest["items"]]
    assert names == sorted(set(names))


async def test_the_list_is_narrowed(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    name = address.rpartition("/")[2]
    kinds: dict[str, dict[str, Any]] = {
        "a": {"base": "sdxl"},
        "b": {"kind": "lora", "base": "sdxl"},
        "c": {"enabled": False},
    }
    for suffix, told in kinds.items():
        await admin.put(f"{address}-{suffix}", json={**MANIFEST, **told})

    async def found(caller: httpx.AsyncClient, **filters: str) -> list[str]:
        page = await caller.get("/v1/checkpoints", params={"q": name, **filters})
        return [item["name"].removeprefix(f"{name}-") for item in page.json()["items"]]

    assert await found(client) == ["a", "b"]
    assert await found(admin) == ["a", "b", "c"]
    assert await found(client, kind="lora") == ["b"]
    assert await found(client, base="sdxl", kind="checkpoint") == ["a"]
    assert await found(client, ability="text_to_image") == ["a", "b"]
    assert await found(client, ability="upscale") == []
    assert await found(admin, state="removed") == []
    for wrong in ({"kind": "x"}, {"q": "%"}, {"q": "A"}, {"state": "x"}, {"ability": "a-b"}):
        assert (await client.get("/v1/checkpoints", params=wrong)).status_code == 422


@pytest.mark.parametrize(
    ("tier", "minimum", "usable"),
    [
        ("free", "free", True),
        ("free", "starter", False),
        ("pro", "starter", True),
        ("starter", "pro", False),
        ("studio", "studio", True),
        ("unheard of", "free", True),
        ("unheard of", "starter", False),
    ],
)
async def test_a_tier_sees_what_it_may_not_use(
    app: FastAPI, admin: httpx.AsyncClient, address: str, tier: str, minimum: str, usable: bool
) -> None:
    await admin.put(address, json={**MANIFEST, "minimum_tier": minimum})
    async with client_of(app, Caller(uuid4(), "user", tier)) as person:
        shown = (await person.get(address)).json()
    assert (shown["usable"], shown["minimum_tier"]) == (usable, minimum)


async def test_an_operator_changes_what_an_operator_decides(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    await admin.put(address, json=MANIFEST)
    change = {"minimum_tier": "pro", "licence": "mit", "prefetch": True, "enabled": False}
    changed = await admin.patch(address, json=change)
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in change} == change
    assert (await admin.patch(address, json={"enabled": True})).json()["minimum_tier"] == "pro"
    assert (await client.patch(address, json={"enabled": True})).status_code == 403
    assert (await admin.patch(address, json={})).json()["minimum_tier"] == "pro"
    for wrong in ({"sha256": "0" * 64}, {"state": "ready"}, {"minimum_tier": "golden"}):
        assert (await admin.patch(address, json=wrong)).status_code == 422
    assert (await admin.patch(f"{address}-x", json=change)).status_code == 404


async def test_a_removed_one_is_off_the_offer_and_keeps_its_name(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    await admin.put(address, json=MANIFEST)
    assert (await client.delete(address)).status_code == 403
    gone = await admin.delete(address, params={"force": True})
    assert (gone.status_code, gone.json()["state"]) == (202, "removing")
    assert (await admin.delete(address)).status_code == 202, "the same removal"
    assert (await client.get(address)).status_code == 404
    assert (await admin.get(address)).status_code == 404
    asked: dict[str, str | int] = {"state": "removing", "limit": 100}
    for caller, is_shown in ((admin, True), (client, False)):
        going = (await caller.get("/v1/checkpoints", params=asked)).json()["items"]
        assert (gone.json()["name"] in [item["name"] for item in going]) is is_shown
    again = await admin.put(address, json=MANIFEST)
    assert (again.status_code, again.json()["code"]) == (409, "model.checkpoint_being_removed")
    assert (await admin.patch(address, json={"enabled": True})).status_code == 404


async def test_people_can_not_register(client: httpx.AsyncClient, address: str) -> None:
    assert (await client.put(address, json=MANIFEST)).status_code == 403
    assert (await client.get(address)).json()["code"] == "model.checkpoint_not_found"


async def test_nobody_is_refused(app: FastAPI, address: str) -> None:
    async with client_of(app, None) as nobody:
        assert (await nobody.get("/v1/checkpoints")).status_code == 401
        assert (await nobody.put(address, json=MANIFEST)).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "short"},
        {"size_bytes": -1},
        {"size_bytes": 2**60},
        {"width": 0},
        {"abilities": ["../x"]},
        {"source": "a\0b"},
        {"minimum_tier": "golden"},
    ],
    ids=str,
)
async def test_a_manifest_that_makes_no_sense_is_refused(
    admin: httpx.AsyncClient, address: str, change: dict[str, Any]
) -> None:
    assert (await admin.put(address, json={**MANIFEST, **change})).status_code == 422


async def test_a_manifest_of_another_checkpoint_is_refused(
    admin: httpx.AsyncClient, address: str
) -> None:
    refused = await admin.put(address, json={**MANIFEST, "name": "another"})
    assert (refused.status_code, refused.json()["code"]) == (409, "model.name_mismatch")


async def test_a_name_is_no_path(admin: httpx.AsyncClient) -> None:
    for name in ("UPPER", "..%2F..%2Fetc", "-a", "a" * 101):
        answer = await admin.put(f"/v1/checkpoints/{name}", json=MANIFEST)
        assert answer.status_code in (404, 422), name
