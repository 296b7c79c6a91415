"""An HTTP response that goes on, and a WebSocket: both are one watcher and wait for its client.

While nothing happens a stream is a task that waits for a disconnect; news is written to it from
outside, see `watcher`. The response is not run where the framework would run it, but by `Handover`
when the framework is done with the request: a stream lasts, and need not hold what led to it.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.generation.progress.desk import Desk, View
from services.generation.progress.lines import EventLine, SocketLine
from services.generation.progress.watcher import Watcher
from services.kernel import errors
from services.kernel.errors import Problem

MEDIA_TYPE = "text/event-stream"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
STREAM = "event_stream"
START = {"type": "http.response.start", "status": 200, "headers": HEADERS}
# The standard's way to tell a browser not to come back.
NOTHING_MORE = {"type": "http.response.start", "status": 204, "headers": []}
NO_BODY = {"type": "http.response.body", "body": b"", "more_body": False}


class EventStream(Response):
    """Server-sent events, once `Handover` runs them."""

    media_type = MEDIA_TYPE

    def __init__(self, desk: Desk, view: View) -> None:
        super().__init__()
        self._stream = Stream(desk, view)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask to be run."""
        scope["state"][STREAM] = self._stream


class Stream:
    """What stays of the request."""

    __slots__ = ("_desk", "_view")

    def __init__(self, desk: Desk, view: View) -> None:
        self._desk = desk
        self._view = view

    async def run(self, receive: Receive, send: Send) -> None:
        """Watch until the client or we have had enough. Raises Problem before the first byte."""
        watcher = self._desk.join(EventLine(send), self._view)
        try:
            present = await self._desk.present(self._view)
            if self._desk.is_known(self._view, present):
                await send({**NOTHING_MORE})
                await send(NO_BODY)
                return
            await send({**START})
            self._desk.go(watcher, self._view, present)
            del present
            await _until_gone(receive, watcher, "http.disconnect")
        finally:
            self._desk.leave(watcher)


class Handover:
    """The innermost middleware: runs the stream that a route asked for, with an empty stack."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then its stream."""
        kept = {*scope, "route"}
        await self._app(scope, receive, send)
        stream: Stream | None = scope.get("state", {}).pop(STREAM, None)
        if stream is None:
            return
        for left_behind in scope.keys() - kept:
            del scope[left_behind]
        try:
            await stream.run(receive, send)
        except Problem as refused:
            request_id = scope["state"].get("request_id", "")
            answer = errors.response(refused, instance=scope["path"], request_id=request_id)
            await answer(scope, receive, send)


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
