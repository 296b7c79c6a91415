"""Around every request: its id, a body limit, security headers, one log line, its measurement.

Plain ASGI, since every request passes here: HTTP, streams and WebSockets. It must not read bodies
or log anything a person wrote: the address is logged without its query, and without a path's
parameter that is named `token`.
"""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from services.kernel.app.body_limits import BodyLimits
from services.kernel.app.exchange import Exchange
from services.kernel.errors.framework import TooLarge, Unexpected
from services.kernel.logs import logger
from services.kernel.metrics import Metrics

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
LOG = logger(__name__)


class Edge:
    """The outermost layer of a service."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, limits: BodyLimits) -> None:
        self._app = app
        self._metrics = metrics
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        exchange.limit(self._limits.of(exchange.method, exchange.path))
        with bound_contextvars(request_id=exchange.request_id):
            try:
                await self._answer(exchange)
            finally:
                self._record(exchange)

    async def _answer(self, exchange: Exchange) -> None:
        try:
            if exchange.announces_too_much():
                await exchange.refuse(TooLarge())
            else:
                await self._app(exchange.scope, exchange.receive, exchange.send)
        except Exception:
            LOG.exception("unexpected", path=exchange.shown_path())
            if exchange.status:
                raise
            await exchange.refuse(Unexpected())

    def _record(self, exchange: Exchange) -> None:
        elapsed_s = time.perf_counter() - exchange.started
        self._metrics.observe(
            exchange.method,
            exchange.route(),
            exchange.status,
            None if exchange.is_stream else elapsed_s,
        )
        if exchange.path not in QUIET:
            LOG.info(
                "request",
                method=exchange.method,
                path=exchange.shown_path(),
                status=exchange.status,
                duration_ms=round(elapsed_s * 1000, 2),
            )
