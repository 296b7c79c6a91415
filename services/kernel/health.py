"""Alive and ready, apart: /healthz tells that the process answers, /readyz that it can work.

A failed readiness check takes a service out of rotation and must never restart it. Checks reach
outside with a short patience and change nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from services.kernel.logs import logger

Check = Callable[[], Awaitable[object]]
PATIENCE_S = 2.0


class Health:
    """The checks of one service, by name: the database from the start, others as they come."""

    def __init__(self, draining: asyncio.Event, **facts: str) -> None:
        self._draining = draining
        self._facts = facts
        self._checks: dict[str, Check] = {}

    def add(self, name: str, check: Check) -> None:
        """Let a check take part in readiness; it raises when its part is away."""
        self._checks[name] = check

    async def live(self, _request: Request) -> JSONResponse:
        """GET /healthz: this process answers; which service and release it is."""
        return JSONResponse({"status": "live", **self._facts})

    async def ready(self, _request: Request) -> JSONResponse:
        """GET /readyz: 200 when every check passes, else 503; each check's result either way.

        A service that is told to stop is not ready, whatever its checks say.
        """
        if self._draining.is_set():
            return JSONResponse({"status": "draining", **self._facts, "checks": {}}, 503)
        results = await asyncio.gather(*map(self._judge, self._checks.items()))
        well = all(result == "ok" for result in results)
        checks: Mapping[str, str] = dict(zip(self._checks, results, strict=True))
        return JSONResponse(
            {"status": "ready" if well else "unready", **self._facts, "checks": checks},
            200 if well else 503,
        )

    async def _judge(self, named: tuple[str, Check]) -> str:
        name, check = named
        try:
            async with asyncio.timeout(PATIENCE_S):
                await check()
        except Exception as away:  # noqa: BLE001 - any failure of a check means: not ready
            logger(__name__).warning("unready", check=name, reason=type(away).__name__)
            return "failed"
        return "ok"
