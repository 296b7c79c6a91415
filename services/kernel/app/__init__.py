"""A service as an application: the same edge, health, metrics, errors and start for all five.

A service gives its name, settings and routers. What happens around every request is in `edge`;
this room must not know what any route does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from types import MappingProxyType
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware

from services.kernel import errors
from services.kernel.access import ApiKeys, KeySource, PublishedKeys, TokenVerifier
from services.kernel.app.body_limits import BodyLimits
from services.kernel.app.cross_origin import cross_origin
from services.kernel.app.edge import Edge
from services.kernel.app.openapi import DescribedService, facts
from services.kernel.app.serving import serve
from services.kernel.db import Database
from services.kernel.health import Health
from services.kernel.metrics import Metrics
from services.kernel.settings import ServiceSettings

__all__ = ["Connected", "Lifespan", "create_service", "serve"]

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
NO_TAGS: Mapping[str, str] = MappingProxyType({})
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service(
    name: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    *,
    about: str = "",
    tags: Mapping[str, str] = NO_TAGS,
    lifespan: Lifespan | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    """Build a service. `keys` replaces the published keys where a service holds them itself.

    `app.state` has `settings`, `database`, `verifier`, `api_keys`, `health`, `metrics` and
    `draining` (an `asyncio.Event`: end long answers) from the start; a service's lifespan runs
    inside the kernel's, with the database's pools open. `about` and `tags` (what each group of
    operations is about) are for the OpenAPI document.
    """
    client = httpx.AsyncClient(timeout=5.0)
    app = DescribedService(
        **facts(name, about, tags, settings),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        lifespan=_life(client, lifespan),
    )
    app.state.settings = settings
    app.state.draining = asyncio.Event()
    app.state.database = _database(settings)
    app.state.verifier = TokenVerifier(
        keys or PublishedKeys(settings.jwks_url, client),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )
    app.state.api_keys = ApiKeys(app.state.database)
    _observe(app, name, settings)
    errors.install(app)
    for router in routers:  # not included: FastAPI would look for each address twice
        app.router.routes.extend(router.routes)
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
    health = Health(
        app.state.draining, service=name, environment=settings.environment, release=settings.release
    )
    health.add("database", app.state.database.ping)
    app.state.health = health
    app.state.metrics = metrics = Metrics(name, settings.release)
    app.add_route("/healthz", health.live, include_in_schema=False)
    app.add_route("/readyz", health.ready, include_in_schema=False)
    app.add_route("/metrics", metrics.show, include_in_schema=False)
    app.add_middleware(
        Edge, metrics=metrics, limits=BodyLimits(app.routes, settings.max_body_bytes)
    )
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, **cross_origin(settings.cors_origins))


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


async def _connected(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Connected = Annotated[Database, Depends(_connected)]
