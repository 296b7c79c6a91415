"""Around every request: its id, a body limit, security headers, one log line, its measurement.

Plain ASGI, since every request passes here. It must not read bodies or log anything a person
wrote: the address is logged without its query.
"""

from __future__ import annotations

import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from services.kernel import errors
from services.kernel.errors import Problem
from services.kernel.errors.framework import Unexpected
from services.kernel.logs import logger
from services.kernel.metrics import Metrics

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
LOG = logger(__name__)


class Edge:
    """The outermost layer of a service."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, max_body_bytes: int) -> None:
        self._app = app
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send, self._max_body_bytes)
        with bound_contextvars(request_id=exchange.request_id):
            await self._answer(exchange)
            self._record(exchange)

    async def _answer(self, exchange: Exchange) -> None:
        try:
            if exchange.announces_too_much():
                await exchange.refuse(errors.of_status(413))
            else:
                await self._app(exchange.scope, exchange.receive, exchange.send)
        except Exception:
            LOG.exception("unexpected", path=exchange.path)
            if exchange.status:
                raise
            await exchange.refuse(Unexpected())

    def _record(self, exchange: Exchange) -> None:
        elapsed_s = time.perf_counter() - exchange.started
        self._metrics.observe(
            method=exchange.method,
            route=exchange.route(),
            status=exchange.status,
            elapsed_s=elapsed_s,
        )
        if exchange.path not in QUIET:
            LOG.info(
                "request",
                method=exchange.method,
                path=exchange.path,
                status=exchange.status,
                duration_ms=round(elapsed_s * 1000, 2),
            )


class Exchange:
    """One request and its answer, as far as the edge looks at them."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, max_body_bytes: int) -> None:
        self.scope = scope
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.started = time.perf_counter()
        self.status = 0
        self._headers = Headers(scope=scope)
        self._receive = receive
        self._send = send
        self._bytes_left = max_body_bytes
        self.request_id = self._request_id()
        scope.setdefault("state", {})["request_id"] = self.request_id

    def _request_id(self) -> str:
        given = self._headers.get("x-request-id", "")
        return given if REQUEST_ID.fullmatch(given) else uuid4().hex

    def announces_too_much(self) -> bool:
        """Whether the request says itself that its body is over the limit."""
        length = self._headers.get("content-length", "0")
        return not length.isdecimal() or int(length) > self._bytes_left

    def route(self) -> str:
        """The template that matched, e.g. /v1/generations/{id}."""
        return getattr(self.scope.get("route"), "path", "unmatched")

    async def receive(self) -> Message:
        """The next part of the request, as long as the body stays within its limit."""
        message = await self._receive()
        self._bytes_left -= len(message.get("body", b""))
        if self._bytes_left < 0:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on with its id and the security headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.request_id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    async def refuse(self, problem: Problem) -> None:
        """Answer with a problem before or instead of the application."""
        response = errors.response(problem, instance=self.path, request_id=self.request_id)
        await response(self.scope, self._receive, self.send)
