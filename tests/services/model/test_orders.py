"""Installations over HTTP: ordered by administrators, done beside the requests, fed by uploads."""

from __future__ import annotations

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
from tests.services.model.files import pipeline
from tests.services.model.uploads import FILE, an_upload, ended, put


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
    ids=lambda change: str(change)[:50],
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
