"""Installations followed to their end, and uploads sent piece by piece."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.services.model.files import LORA, safetensors

ENDS = {"done", "failed", "cancelled"}
FILE = safetensors(LORA)


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
