"""A service as a process: it drains when told to stop, and whom it believes about the caller."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import websockets

from tests.servers.ports import free_port

PROGRAM = """
import asyncio
from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import StreamingResponse
from services.kernel.access import SignedIn
from services.kernel.app import create_service, serve
from services.kernel.errors.framework import TooLarge
from services.kernel.settings import ServiceSettings

router = APIRouter()

@router.get("/slow")
async def slow() -> str:
    await asyncio.sleep(1.0)
    return "done"

@router.get("/stream")
async def stream(request: Request) -> StreamingResponse:
    async def words():
        yield "begun\\n"
        await request.app.state.draining.wait()
        yield "ended\\n"
    return StreamingResponse(words(), media_type="text/event-stream")

@router.get("/who")
async def who(request: Request) -> str:
    return request.client.host

@router.websocket("/open")
async def open_socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()

@router.websocket("/closed")
async def closed_socket(socket: WebSocket, caller: SignedIn) -> None:
    await socket.accept()

@router.websocket("/too_late")
async def refusing_socket(socket: WebSocket) -> None:
    await socket.accept()
    raise TooLarge

settings = ServiceSettings.from_environment()
serve("rooms", settings, lambda: create_service("rooms", settings, [router]))
"""


@contextmanager
def serving(settings: dict[str, Any], **more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    variables = {f"PINGVAS_{name.upper()}": str(value) for name, value in settings.items()}
    environ = {**os.environ, **variables, "PINGVAS_PORT": str(port), **more}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environ, stdout=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address, process
    finally:
        process.kill()
        process.communicate(timeout=10)


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(f"{address}/healthz", timeout=2)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


async def test_told_to_stop_it_is_unready_first_and_finishes_what_it_began(
    shared_settings: dict[str, Any],
) -> None:
    with serving(shared_settings, PINGVAS_DRAIN_DELAY_S="0.6") as (address, process):
        async with httpx.AsyncClient(base_url=address, timeout=10) as client:
            assert (await client.get("/readyz")).status_code == 200
            slow = asyncio.create_task(client.get("/slow"))
            async with client.stream("GET", "/stream") as stream:
                lines = stream.aiter_lines()
                assert await anext(lines) == "begun"
                process.send_signal(signal.SIGTERM)
                assert await anext(lines) == "ended"
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["status"]) == (503, "draining")
            assert (await client.get("/who")).status_code == 200, "others are still answered"
            assert (await slow).json() == "done"
        assert await asyncio.to_thread(process.wait, 10) == -signal.SIGTERM


async def test_a_second_signal_does_not_wait(shared_settings: dict[str, Any]) -> None:
    with serving(shared_settings, PINGVAS_DRAIN_DELAY_S="30") as (address, process):
        process.send_signal(signal.SIGTERM)
        async with httpx.AsyncClient(base_url=address) as client:
            while (await client.get("/readyz")).json()["status"] != "draining":
                pass
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 10) == -signal.SIGTERM


@pytest.mark.parametrize(
    ("proxies", "client"), [('["127.0.0.0/8"]', "203.0.113.7"), ('["10.0.0.1"]', "127.0.0.1")]
)
async def test_only_known_proxies_tell_who_calls(
    shared_settings: dict[str, Any], proxies: str, client: str
) -> None:
    told = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    with serving(shared_settings, PINGVAS_TRUSTED_PROXIES=proxies) as (address, _):
        async with httpx.AsyncClient(base_url=address) as caller:
            assert (await caller.get("/who", headers=told)).json() == client


async def test_a_websocket_has_the_headers_and_a_closed_door_answers_with_a_problem(
    shared_settings: dict[str, Any],
) -> None:
    with serving(shared_settings) as (address, _):
        sockets = address.replace("http", "ws")
        async with websockets.connect(f"{sockets}/open") as socket:
            assert await socket.recv() == "hello"
            assert socket.response is not None
            assert socket.response.headers["X-Content-Type-Options"] == "nosniff"
            assert len(socket.response.headers["X-Request-ID"]) == 32
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(f"{sockets}/closed")
        answer = refused.value.response
        assert answer.status_code == 401
        assert b"access.sign_in_required" in (answer.body or b"")
        async with httpx.AsyncClient(base_url=address) as client:
            metrics = (await client.get("/metrics")).text
        for route, status in (("/open", 101), ("/closed", 401)):
            series = f'method="WEBSOCKET",route="{route}",service="rooms",status="{status}"'
            assert series in metrics


async def test_a_refused_websocket_is_no_fault_of_ours(shared_settings: dict[str, Any]) -> None:
    with serving(shared_settings) as (address, process):
        sockets = address.replace("http", "ws")
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"{sockets}/closed")
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"{sockets}/nowhere")
        async with websockets.connect(f"{sockets}/too_late") as socket:
            with pytest.raises(websockets.ConnectionClosedError) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        process.terminate()
        log, _ = await asyncio.to_thread(process.communicate, timeout=20)
        assert '"path":"/too_late"' in log.replace('": "', '":"')
        assert "unexpected" not in log
        assert "Traceback" not in log
        assert {json.loads(line)["level"] for line in log.splitlines()} == {"info"}
