"""What costs what: processor time of one request, layer by layer, called in this process.

Each line is an application with one thing more than the line above; the last is the whole service
on real servers. No socket is between, so uvicorn's own share is left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import uvloop
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from benchmarks.api.contenders import ours
from benchmarks.api.ground import Ground
from benchmarks.api.load import BODY
from services.generation.main import create_app
from services.kernel import logs
from services.kernel.access import SignedIn
from services.kernel.app import create_service
from services.kernel.idempotency import IdempotencyKey
from services.kernel.settings import ServiceSettings

REQUESTS = 600
ROUNDS = 5
AT_ONCE = 16
SENT = json.dumps(BODY).encode()


class Wanted(BaseModel):
    """A body of the size of a submit's."""

    checkpoint: str
    prompt: str
    width: int
    height: int
    steps: int


class Taken(Wanted):
    """An answer of that size."""

    id: UUID


router = APIRouter()


@router.post("/empty")
async def empty() -> dict[str, int]:
    """Nothing."""
    return {"one": 1}


@router.post("/signed")
async def signed(_caller: SignedIn) -> dict[str, int]:
    """Who calls."""
    return {"one": 1}


@router.post("/shaped")
async def shaped(_caller: SignedIn, wanted: Wanted, _key: IdempotencyKey) -> Taken:
    """Who calls, and what they want."""
    return Taken(id=uuid4(), **wanted.model_dump())


def run(ground: Ground) -> None:
    """Measure and print."""
    variables = {**ours(ground).environ, "PINGVAS_PORT": "8003"}
    with patch.dict(os.environ, variables), Path(os.devnull).open("w") as nowhere:
        with patch.object(sys, "stdout", nowhere):
            logs.configure(service="generation", environment="dev", release="benchmark")
        found = uvloop.run(_measure(ground))
    print("processor time of one request in this process, microseconds (least of its rounds)")
    before = 0.0
    for name, spent in found.items():
        print(f"  {name:<46}{spent:7.0f}{spent - before:+8.0f}")
        before = spent


async def _measure(ground: Ground) -> dict[str, float]:
    bare = FastAPI()
    bare.include_router(router)
    settings = ServiceSettings.from_environment()
    kernel = create_service("layers", settings, [router], keys=ground.press.key)
    tokens = [token.encode() for token in ground.tokens()]
    found = {
        "FastAPI alone": await _spent(bare, "/empty", tokens),
        "+ edge: id, headers, log line, metrics": await _spent(kernel, "/empty", tokens),
        "+ token, remembered": await _spent(kernel, "/signed", tokens),
        "+ body, idempotency key, answer": await _spent(kernel, "/shaped", tokens),
    }
    service = create_app()
    async with service.router.lifespan_context(service):
        name = "+ rules, transaction, relay: the whole submit"
        found[name] = await _spent(service, "/v1/generations", tokens)
    return found


async def _spent(app: FastAPI, path: str, tokens: Sequence[bytes]) -> float:
    await _send(app, path, tokens, "warm")
    rounds = []
    for number in range(ROUNDS):
        begun = time.process_time()
        await _send(app, path, tokens, str(number))
        rounds.append((time.process_time() - begun) / REQUESTS * 1e6)
    return min(rounds)


async def _send(app: FastAPI, path: str, tokens: Sequence[bytes], run: str) -> None:
    numbers = iter(range(REQUESTS))

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": SENT, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        assert message.get("status", 200) < 300, message

    async def client() -> None:
        for number in numbers:
            await app(_scope(path, tokens[number % len(tokens)], f"{run}-{number}"), receive, send)

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))


def _scope(path: str, token: bytes, key: str) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"service"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(SENT)).encode()),
            (b"authorization", b"Bearer " + token),
            (b"idempotency-key", key.encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }
