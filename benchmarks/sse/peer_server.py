"""The peers as their documentation shows them: `python peer_server.py KIND PORT REDIS_URL STREAM`.

Runs in an environment of its own and imports nothing of ours. `asyncio` is no peer but the floor: a
protocol that writes to transports.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, cast

Sink = Callable[[str, dict[str, str]], None]
SINKS: dict[str, dict[Sink, None]] = defaultdict(dict)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 2000\n\n"


async def tail(url: str, stream: str) -> None:
    """Read the stream and hand each event to those who watch its person."""
    redis: Any = import_module("redis.asyncio").Redis.from_url(url, decode_responses=True)
    after = "0-0"
    while True:
        for _, entries in await redis.xread({stream: after}, count=1000, block=1000):
            for after, fields in entries:
                for sink in tuple(SINKS.get(fields["user"], ())):
                    sink(after, fields)


class Encoded:
    """The bytes of an event, made once."""

    def __init__(self) -> None:
        self._of = ""
        self._bytes = b""

    def of(self, entry_id: str, fields: dict[str, str]) -> bytes:
        if entry_id != self._of:
            text = f"id: {entry_id}\nevent: {fields['kind']}\ndata: {fields['body']}\n\n"
            self._of, self._bytes = entry_id, text.encode()
        return self._bytes


ENCODED = Encoded()


async def as_bytes(user: str) -> AsyncIterator[bytes]:
    """A queue for each client, of bytes that all share."""
    queue: asyncio.Queue[bytes] = asyncio.Queue()

    def sink(entry_id: str, fields: dict[str, str]) -> None:
        queue.put_nowait(ENCODED.of(entry_id, fields))

    SINKS[user][sink] = None
    try:
        yield b"retry: 2000\n\n"
        while True:
            yield await queue.get()
    finally:
        del SINKS[user][sink]


async def as_events(user: str) -> AsyncIterator[dict[str, str]]:
    """A queue for each client, of events as sse-starlette's documentation gives them."""
    queue: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    def sink(entry_id: str, fields: dict[str, str]) -> None:
        queue.put_nowait({"id": entry_id, "event": fields["kind"], "data": fields["body"]})

    SINKS[user][sink] = None
    try:
        while True:
            yield await queue.get()
    finally:
        del SINKS[user][sink]


def application(kind: str, url: str, stream: str) -> Any:  # noqa: ANN401 - Starlette's, elsewhere
    """A Starlette application with one route."""
    routing, applications = (
        import_module("starlette.routing"),
        import_module("starlette.applications"),
    )
    responses = import_module("starlette.responses")
    sse = import_module("sse_starlette")

    async def events(request: Any) -> Any:  # noqa: ANN401 - Starlette's, elsewhere
        user = request.query_params["user"]
        if kind == "starlette":
            return responses.StreamingResponse(as_bytes(user), media_type="text/event-stream")
        made = as_events(user) if kind == "sse-starlette" else as_bytes(user)
        return sse.EventSourceResponse(made)

    @asynccontextmanager
    async def life(_: object) -> AsyncIterator[None]:
        task = asyncio.create_task(tail(url, stream))
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)
        yield
        task.cancel()

    route = routing.Route("/v1/events", events)
    return applications.Starlette(routes=[route], lifespan=life)


class Protocol(asyncio.Protocol):
    """The floor: no framework, no task, no chunks."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._user = ""

    def data_received(self, data: bytes) -> None:
        self._user = data.split(b"user=")[1].split(b" ")[0].decode()
        self._transport.write(HEAD)
        SINKS[self._user][self._sink] = None

    def connection_lost(self, exc: Exception | None) -> None:
        SINKS[self._user].pop(self._sink, None)

    def _sink(self, entry_id: str, fields: dict[str, str]) -> None:
        self._transport.write(ENCODED.of(entry_id, fields))


async def floor(port: int, url: str, stream: str) -> None:
    """Serve the floor."""
    loop = asyncio.get_running_loop()
    await loop.create_server(Protocol, "127.0.0.1", port, backlog=10_000)
    await tail(url, stream)


def main() -> None:
    """Serve until killed."""
    kind, port, url, stream = sys.argv[1:]
    if kind == "asyncio":
        import_module("uvloop").install()
        asyncio.run(floor(int(port), url, stream))
    else:
        app = application(kind, url, stream)
        options = {"access_log": False, "log_level": "warning", "backlog": 10_000}
        import_module("uvicorn").run(app, port=int(port), **options)


if __name__ == "__main__":
    main()
