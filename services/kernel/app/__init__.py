"""A service as an application: the same edge, health, metrics, errors and start for all five.

A service gives its name, settings and routers. What happens around every request is in `edge`;
this room must not know what any route does.
"""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Annotated

import httpx
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request

from services.kernel import errors, logs
from services.kernel.access import ApiKeys, KeySource, PublishedKeys, TokenVerifier
from services.kernel.app.edge import Edge
from services.kernel.app.openapi import DescribedService
from services.kernel.db import Database
from services.kernel.health import Health
from services.kernel.metrics import Metrics
from services.kernel.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service(
    name: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    *,
    lifespan: Lifespan | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    """Build a service. `keys` replaces the published keys where a service holds them itself.

    `app.state` has `settings`, `database`, `verifier` and `health` from the start; a service's
    lifespan runs inside the kernel's, with the database's pools open.
    """
    client = httpx.AsyncClient(timeout=5.0)
    app = DescribedService(
        title=f"pingvas {name}",
        version=settings.release,
        docs_url=None,
        redoc_url=None,
        lifespan=_life(client, lifespan),
    )
    app.state.settings = settings
    app.state.database = _database(settings)
    app.state.verifier = TokenVerifier(
        keys or PublishedKeys(settings.jwks_url, client),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )
    app.state.api_keys = ApiKeys(app.state.database)
    _observe(app, name, settings)
    errors.install(app)
    for router in routers:
        app.include_router(router)
    return app


def _database(settings: ServiceSettings) -> Database:
    return Database(
        settings.database_url.get_secret_value(),
        settings.system_database_url.get_secret_value(),
        app_connections=settings.database_connections,
        system_connections=settings.system_database_connections,
    )


def _observe(app: FastAPI, name: str, settings: ServiceSettings) -> None:
    """Give a service its edge, health and metrics."""
    health = Health(service=name, environment=settings.environment, release=settings.release)
    health.add("database", app.state.database.ping)
    app.state.health = health
    metrics = Metrics(name, settings.release)
    app.add_route("/healthz", health.live, include_in_schema=False)
    app.add_route("/readyz", health.ready, include_in_schema=False)
    app.add_route("/metrics", metrics.show, include_in_schema=False)
    app.add_middleware(Edge, metrics=metrics, max_body_bytes=settings.max_body_bytes)


def _life(client: httpx.AsyncClient, service_life: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(client)
            stack.push_async_callback(app.state.database.close)
            await app.state.database.open()
            if service_life is not None:
                await stack.enter_async_context(service_life(app))
            yield

    return life


def _settle_memory() -> None:
    """Take what the start allocated out of garbage collection: passes over it cost tail time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


async def _connected(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Connected = Annotated[Database, Depends(_connected)]


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _settle_memory()


def serve(name: str, settings: ServiceSettings, factory: Callable[[], FastAPI]) -> None:
    """Run one service in this process until it is told to stop; requests in flight get 10 s."""
    logs.configure(service=name, environment=settings.environment, release=settings.release)
    config = uvicorn.Config(
        factory(),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    server.run()
    if not server.started:
        sys.exit(1)
