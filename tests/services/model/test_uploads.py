"""Uploads over HTTP: in pieces, broken off, too long, and something else than they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.kernel.db import Database
from services.model.main import create_app
from services.model.settings import ModelSettings
from tests.services.callers import a_person, client_of, served
from tests.services.model.conftest import Workshop
from tests.services.model.files import LORA, safetensors
from tests.services.model.test_removal import names_on
from tests.services.model.uploads import FILE, an_upload, ended, put


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
