"""An HTTP response that goes on, and a WebSocket: both are one watcher and wait for its client.

While nothing happens a stream is a task that waits for a disconnect; news is written to it from
outside, see `watcher`.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.generation.progress.desk import Desk, View
from services.generation.progress.lines import SOON_MS, EventLine, SocketLine
from services.generation.progress.watcher import Watcher

MEDIA_TYPE = "text/event-stream"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
START = {"type": "http.response.start", "status": 200, "headers": HEADERS}
# The standard's way to tell a browser not to come back.
NOTHING_MORE = {"type": "http.response.start", "status": 204, "headers": []}
NO_BODY = {"type": "http.response.body", "body": b"", "more_body": False}
RETRY = {
    "type": "http.response.body",
    "body": f"retry: {SOON_MS}\n\n".encode(),
    "more_body": True,
}


class EventStream(Response):
    """Server-sent events. Refusals come before its first byte, as problems."""

    media_type = MEDIA_TYPE

    def __init__(self, desk: Desk, view: View) -> None:
        self._desk = desk
        self._view = view
        self.status_code = 200
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch until the client or we have had enough."""
        watcher = self._desk.join(EventLine(send), self._view)
        try:
            present = await self._desk.present(self._view)
            if self._desk.is_known(self._view, present):
                await send({**NOTHING_MORE})
                await send(NO_BODY)
                return
            await send({**START})
            await send(RETRY)
            self._desk.go(watcher, self._view, present)
            del present
            await _until_gone(receive, watcher, "http.disconnect")
        finally:
            self._desk.leave(watcher)


async def watch_by_socket(
    desk: Desk, view: View, receive: Receive, send: Send, subprotocol: str | None
) -> None:
    """The same on a WebSocket that was not accepted yet. Raises what `Desk` refuses with."""
    watcher = desk.join(SocketLine(send), view)
    try:
        present = await desk.present(view)
        await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
        desk.go(watcher, view, present)
        await _until_gone(receive, watcher, "websocket.disconnect")
    finally:
        desk.leave(watcher)


async def _until_gone(receive: Receive, watcher: Watcher, gone: str) -> None:
    """What the client says meanwhile is read and not heeded."""
    try:
        while (await receive())["type"] != gone:
            pass
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not watcher.is_cut or task is None:
            raise
        task.uncancel()
