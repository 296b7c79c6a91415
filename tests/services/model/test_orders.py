"""Installations over HTTP: ordered by administrators, done beside the requests, fed by uploads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.kernel.db import Database
from services.model.main import create_app
from services.model.settings import ModelSettings
from tests.servers.hub import Hub
from tests.services.callers import a_person, client_of, served
from tests.services.model.conftest import Workshop
from tests.services.model.files import LORA, pipeline, safetensors
from tests.services.model.test_removal import names_on

ENDS = {"done", "failed", "cancelled"}
FILE = safetensors(LORA)


@pytest.fixture
async def app(settings: ModelSettings, workshop: Workshop) -> AsyncIterator[FastAPI]:
    """The whole service; `workshop` forgets what other tests left."""
    async with served(create_app(settings)) as app:
        yield app


@pytest.fixture
async def admin(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, await a_person(database, role="admin")) as client:
        yield client


@pytest.fixture
def name() -> str:
    return f"c-{uuid4().hex[:12]}"


async def ended(admin: httpx.AsyncClient, install_id: str) -> dict[str, Any]:
    for _ in range(500):
        told: dict[str, Any] = (await admin.get(f"/v1/installs/{install_id}")).json()
        if told["state"] in ENDS:
            return told
        await asyncio.sleep(0.02)
    raise TimeoutError


async def an_upload(admin: httpx.AsyncClient, name: str, **wish: Any) -> str:
    body = {"source": "upload", "name": name, "size_bytes": len(FILE), **wish}
    ordered = await admin.post("/v1/installs", json=body)
    assert (ordered.status_code, ordered.json()["state"]) == (202, "waiting")
    return str(ordered.json()["id"])


async def put(
    admin: httpx.AsyncClient, install_id: str, content: Any, offset: int | None = None
) -> httpx.Response:
    headers = {} if offset is None else {"Upload-Offset": str(offset)}
    address = f"/v1/installs/{install_id}/content"
    return await admin.put(address, content=content, headers=headers)


async def test_an_order_is_done_in_the_background(
    admin: httpx.AsyncClient, hub: Hub, name: str
) -> None:
    hub.put("owner/tiny", pipeline())
    order = {"name": name, "source": "hub:owner/tiny", "licence": "mit", "minimum_tier": "pro"}
    ordered = await admin.post("/v1/installs", json=order)
    assert ordered.status_code == 202
    told = await ended(admin, ordered.json()["id"])
    assert (told["state"], told["error_code"]) == ("done", None)
    entry = (await admin.get(f"/v1/checkpoints/{name}")).json()
    assert (entry["licence"], entry["minimum_tier"], entry["base"]) == ("mit", "pro", "tiny")
    listed = (await admin.get("/v1/installs", params={"state": "done", "limit": 1})).json()
    assert [item["id"] for item in listed["items"]] == [told["id"]]


async def test_an_upload_in_pieces_becomes_a_lora(
    admin: httpx.AsyncClient, name: str, shelf: Path
) -> None:
    install_id = await an_upload(admin, name)
    first = await put(admin, install_id, FILE[:1000])
    assert (first.status_code, first.json()["done_bytes"]) == (200, 1000)
    assert first.json()["state"] == "waiting"
    wrong = await put(admin, install_id, FILE, offset=7)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "model.upload_offset_wrong")
    assert wrong.json()["offset"] == 1000
    assert (await put(admin, install_id, FILE[1000:], offset=1000)).status_code == 200
    told = await ended(admin, install_id)
    assert (told["state"], told["source"]) == ("done", "upload")
    assert (await admin.get(f"/v1/checkpoints/{name}")).json()["kind"] == "lora"
    assert (shelf / name / "pytorch_lora_weights.safetensors").read_bytes() == FILE
    late = await put(admin, install_id, b"x", offset=len(FILE))
    assert (late.status_code, late.json()["code"]) == (409, "model.upload_not_awaited")


async def send_and_hang_up(app: FastAPI, admin: httpx.AsyncClient, path: str, body: bytes) -> None:
    """A request whose body does not end, as an ASGI server hands it on."""
    news: list[dict[str, Any]] = [
        {"type": "http.request", "body": body, "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = [(key.lower().encode(), value.encode()) for key, value in admin.headers.items()]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "method": "PUT",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "server": ("service", 80),
        "client": ("caller", 1),
    }

    async def receive() -> dict[str, Any]:
        return news.pop(0)

    async def send(message: Any) -> None:
        return

    await app(scope, receive, send)


async def test_a_connection_that_breaks_loses_nothing_that_came(
    app: FastAPI, admin: httpx.AsyncClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    install_id = await an_upload(admin, name)
    await send_and_hang_up(app, admin, f"/v1/installs/{install_id}/content", FILE[:3000])
    assert "unexpected" not in capsys.readouterr().out
    lying = (await admin.get(f"/v1/installs/{install_id}")).json()["done_bytes"]
    assert lying == 3000
    await put(admin, install_id, FILE[lying:], offset=lying)
    assert (await ended(admin, install_id))["state"] == "done"


async def test_a_large_upload_is_not_held_by_the_usual_limit(
    admin: httpx.AsyncClient, name: str
) -> None:
    large = safetensors({**LORA, "more.lora_A.weight": (1024, 1536)})
    install_id = await an_upload(admin, name, size_bytes=len(large))
    assert len(large) > 3_000_000
    assert (await put(admin, install_id, large)).status_code == 200
    assert (await ended(admin, install_id))["state"] == "done"


async def test_more_bytes_than_announced_are_refused(admin: httpx.AsyncClient, name: str) -> None:
    install_id = await an_upload(admin, name)
    long = await put(admin, install_id, FILE + b"x")
    assert (long.status_code, long.json()["code"]) == (413, "model.upload_too_long")


@pytest.mark.parametrize(
    ("content", "wish", "code"),
    [
        (b"\x80\x04K\x01.", {}, "model.weights_pickled"),
        (b"PK\x03\x04" + b"\0" * 60, {}, "model.weights_pickled"),
        (b"\x10\0\0\0\0\0\0\0" + b"{" * 16, {}, "model.weights_broken"),
        (FILE, {"sha256": "0" * 64}, "model.checksum_wrong"),
    ],
    ids=["pickle", "zip", "broken", "checksum"],
)
async def test_an_upload_that_is_something_else_fails(
    admin: httpx.AsyncClient,
    name: str,
    shelf: Path,
    content: bytes,
    wish: dict[str, Any],
    code: str,
) -> None:
    install_id = await an_upload(admin, name, size_bytes=len(content), **wish)
    await put(admin, install_id, content)
    told = await ended(admin, install_id)
    assert (told["state"], told["error_code"]) == ("failed", code)
    assert names_on(shelf) == {f".{name}.lock"}


async def test_an_awaited_upload_is_cancelled_at_once(admin: httpx.AsyncClient, name: str) -> None:
    install_id = await an_upload(admin, name)
    cancelled = await admin.post(f"/v1/installs/{install_id}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    again = await admin.post(f"/v1/installs/{install_id}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "model.install_ended")
    assert (await put(admin, install_id, FILE)).json()["code"] == "model.upload_not_awaited"
    await an_upload(admin, name)


async def test_one_installation_of_a_name_at_a_time(admin: httpx.AsyncClient, name: str) -> None:
    install_id = await an_upload(admin, name)
    body = {"source": "hub:owner/tiny", "name": name}
    second = await admin.post("/v1/installs", json=body)
    assert (second.status_code, second.json()["code"]) == (409, "model.install_under_way")
    assert second.json()["install_id"] == install_id
    assert (await admin.delete(f"/v1/checkpoints/{name}")).status_code == 409


@pytest.mark.parametrize(
    "source",
    [
        "https://169.254.169.254/latest/meta-data/x.safetensors",
        "https://2130706433/x.safetensors",
        "https://[::ffff:127.0.0.1]/x.safetensors",
        "https://user:pw@huggingface.co/x.safetensors",
        "https://huggingface.co:8443/x.safetensors",
        "http://huggingface.co/x.safetensors",
        "https://example.org/x.safetensors",
    ],
)
async def test_addresses_inside_are_refused_at_once(
    admin: httpx.AsyncClient, name: str, source: str
) -> None:
    refused = await admin.post("/v1/installs", json={"name": name, "source": source})
    assert (refused.status_code, refused.json()["code"]) == (403, "model.source_refused")
    assert "pw" not in refused.text


@pytest.mark.parametrize(
    "change",
    [
        {"source": "file:///etc/passwd"},
        {"source": "hub:../../etc"},
        {"source": "hub:owner/name/more"},
        {"source": "hub:owner/na me"},
        {"source": "hub:owner/" + "n" * 2000},
        {"source": "https://huggingface.co/\n"},
        {"source": "upload"},
        {"source": "hub:o/n", "size_bytes": 5},
        {"source": "hub:o/n", "shape_of": "../x"},
        {"source": "hub:o/n", "sha256": "x"},
        {"source": "hub:o/n", "minimum_tier": "golden"},
        {"source": "hub:o/n", "licence": "a\0b"},
        {"source": "hub:o/n", "state": "done"},
        {"source": "hub:o/n", "name": "../x"},
        {"source": "upload", "size_bytes": 0},
        {"source": "upload", "size_bytes": 2**60},
    ],
    ids=str,
)
async def test_orders_that_make_no_sense_are_refused(
    admin: httpx.AsyncClient, name: str, change: dict[str, Any]
) -> None:
    assert (await admin.post("/v1/installs", json={"name": name, **change})).status_code == 422


async def test_installations_are_for_administrators(
    app: FastAPI, admin: httpx.AsyncClient, database: Database, name: str
) -> None:
    install_id = await an_upload(admin, name)
    async with client_of(app, await a_person(database)) as person, client_of(app, None) as nobody:
        for caller, status in ((person, 403), (nobody, 401)):
            body = {"name": name, "source": "hub:o/n"}
            assert (await caller.post("/v1/installs", json=body)).status_code == status
            for path in ("/v1/installs", f"/v1/installs/{install_id}"):
                assert (await caller.get(path)).status_code == status
            cancel = f"/v1/installs/{install_id}/cancel"
            assert (await caller.post(cancel)).status_code == status
            assert (await put(caller, install_id, FILE)).status_code == status


async def test_what_is_unknown_is_not_found(admin: httpx.AsyncClient) -> None:
    unknown = uuid4()
    for answer in (
        await admin.get(f"/v1/installs/{unknown}"),
        await admin.post(f"/v1/installs/{unknown}/cancel"),
        await put(admin, str(unknown), FILE),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "model.install_not_found")


async def test_without_a_folder_nothing_is_installed(
    settings: ModelSettings, database: Database, name: str
) -> None:
    bare = settings.model_copy(update={"checkpoints_dir": None})
    person = await a_person(database, role="admin")
    async with served(create_app(bare)) as app, client_of(app, person) as admin:
        refused = await admin.post("/v1/installs", json={"name": name, "source": "hub:o/n"})
        upload = await put(admin, str(uuid4()), FILE)
    assert (refused.status_code, refused.json()["code"]) == (409, "model.shelf_missing")
    assert upload.json()["code"] == "model.shelf_missing"


async def test_an_upload_over_the_service_s_own_limit_is_refused(
    settings: ModelSettings, database: Database, name: str, make_workshop: Callable[..., Workshop]
) -> None:
    make_workshop()
    small = settings.model_copy(update={"largest_checkpoint_bytes": 2048})
    person = await a_person(database, role="admin")
    async with served(create_app(small)) as app, client_of(app, person) as admin:
        install_id = await an_upload(admin, name)
        refused = await put(admin, install_id, FILE)
    assert (refused.status_code, refused.json()["code"]) == (413, "model.upload_too_long")


async def test_every_address_tells_its_refusals(app: FastAPI) -> None:
    document = app.openapi()
    upload = document["paths"]["/v1/installs/{install_id}/content"]["put"]
    assert "application/octet-stream" in upload["requestBody"]["content"]
    assert set(upload["responses"]) >= {"200", "401", "403", "404", "409", "413", "422", "507"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert {"401", "503"} <= set(operation["responses"]), (method, path)
