"""One request and its answer, as far as the edge looks at them."""

from __future__ import annotations

import re
import time
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from services.kernel import errors
from services.kernel.errors import Problem

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
SECURITY_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
SWITCHED = 101
STREAM = b"text/event-stream"
WEBSOCKET = "WEBSOCKET"
OPENER = "{token"


class Exchange:
    """`status` is 0 until the answer begins; a WebSocket's is 101 once it is open."""

    __slots__ = (
        "_bytes_left", "_length", "_receive", "_send", "is_stream", "method", "path", "request_id",
        "scope", "started", "status",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.started = time.perf_counter()
        self.scope = scope
        self.path: str = scope["path"]
        self.method: str = scope.get("method", WEBSOCKET)
        self.status = 0
        self.is_stream = self.method == WEBSOCKET
        self._receive = receive
        self._send = send
        self._bytes_left = 0
        self._length = b"0"
        self.request_id = self._read_headers() or uuid4().hex
        scope.setdefault("state", {})["request_id"] = self.request_id

    def _read_headers(self) -> str:
        given = ""
        for name, value in self.scope["headers"]:
            if name == b"content-length":
                self._length = value
            elif name == b"x-request-id":
                given = value.decode("latin-1")
        return given if REQUEST_ID.fullmatch(given) else ""

    def limit(self, most_bytes: int) -> None:
        """How large the body may be."""
        self._bytes_left = most_bytes

    def announces_too_much(self) -> bool:
        """Whether the request says itself that its body is over the limit."""
        return not self._length.isdigit() or int(self._length) > self._bytes_left

    def route(self) -> str:
        """The template that matched, e.g. /v1/generations/{id}."""
        return getattr(self.scope.get("route"), "path", "unmatched")

    def shown_path(self) -> str:
        """The path for logs; where it holds a `{token}` that opens something, the template."""
        route = self.route()
        return route if OPENER in route else self.path

    async def receive(self) -> Message:
        """The next part of the request, as long as the body stays within its limit."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes_left -= len(message.get("body", b""))
            if self._bytes_left < 0:
                raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on with its id and the security headers."""
        if message["type"] in STARTS:
            self._begin(message)
        await self._send(message)

    def _begin(self, message: Message) -> None:
        self.status = message.get("status", SWITCHED)
        headers = list(message.get("headers", ()))
        known = {name.lower(): value for name, value in headers}
        headers += [each for each in SECURITY_HEADERS if each[0] not in known]
        headers.append((b"x-request-id", self.request_id.encode()))
        message["headers"] = headers
        self.is_stream = self.is_stream or known.get(b"content-type", b"").startswith(STREAM)

    async def refuse(self, problem: Problem) -> None:
        """Answer with a problem before or instead of the application."""
        if self.method == WEBSOCKET:
            await self.send({"type": "websocket.close", "code": 1011})
            return
        response = errors.response(problem, instance=self.path, request_id=self.request_id)
        await response(self.scope, self._receive, self.send)
