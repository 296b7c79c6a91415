"""The model service put together: its routes, and the tasks that run beside them."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.dispatch.connection import connect
from services.dispatch.errors import DispatchError
from services.dispatch.queue import Queue
from services.kernel.app import create_service
from services.kernel.app.turns import Turn, taking_turns
from services.kernel.db import Database
from services.model.actions.collect_files import CollectFiles
from services.model.actions.copy_shape import CopyShape
from services.model.actions.perform_install import PerformInstall, Terms
from services.model.actions.remove_checkpoint import FinishRemovals
from services.model.adapters.client import GuardedClient
from services.model.adapters.downloads import HttpDownloads
from services.model.adapters.guard import Policy
from services.model.adapters.hub import HuggingFaceHub
from services.model.background.rounds import Advising, Installing, Removing, Tidying
from services.model.routes import ABOUT, ROUTERS, TAGS
from services.model.settings import ModelSettings


def create_app(settings: ModelSettings | None = None) -> FastAPI:
    """The application; reads the environment when no settings are given."""
    settings = settings or ModelSettings.from_environment()
    app = create_service("model", settings, ROUTERS, about=ABOUT, tags=TAGS, lifespan=_life)
    app.state.policy = policy_of(settings)
    app.state.bell = asyncio.Event()
    return app


def policy_of(settings: ModelSettings) -> Policy:
    """Where this service may be sent: the hub, and the hosts to install from."""
    hub = httpx.URL(settings.hub_url).host
    return Policy((hub, *settings.install_hosts), settings.install_loopback)


def installing(
    settings: ModelSettings, database: Database, client: GuardedClient
) -> PerformInstall:
    """The work on installations. The settings must name a folder of checkpoints."""
    if settings.checkpoints_dir is None:
        raise ValueError("no folder of checkpoints")
    token, host = settings.hub_token.get_secret_value(), httpx.URL(settings.hub_url).host
    hub = HuggingFaceHub(client, settings.hub_url, token)
    downloads = HttpDownloads(
        client, patience_s=settings.install_patience_s, token=token, token_host=host
    )
    shelf = settings.checkpoints_dir
    collect = CollectFiles(
        hub, downloads, CopyShape(hub, downloads, shelf), settings.largest_checkpoint_bytes
    )
    terms = Terms(_replica(), settings.install_lease_s, settings.install_retry_s)
    return PerformInstall(database, collect, shelf, terms)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    settings: ModelSettings = app.state.settings
    async with AsyncExitStack() as stack:
        turns = await _turns(app, settings, stack)
        await stack.enter_async_context(taking_turns(turns, (DispatchError,)))
        yield


async def _turns(app: FastAPI, settings: ModelSettings, stack: AsyncExitStack) -> dict[str, Turn]:
    database: Database = app.state.database
    files = None if settings.checkpoints_shared else settings.checkpoints_dir
    removals = FinishRemovals(database, files, settings.removal_grace_s)
    turns: dict[str, Turn] = {"removals": Removing(removals).turn}
    if settings.checkpoints_dir is not None:
        client = GuardedClient(app.state.policy, patience_s=settings.install_patience_s)
        stack.push_async_callback(client.aclose)
        turns["installs"] = Installing(installing(settings, database, client), app.state.bell).turn
        turns["tidying"] = Tidying(database, settings.checkpoints_dir).turn
    if settings.redis_url is not None:
        redis = connect(settings.redis_url.get_secret_value())
        stack.push_async_callback(redis.aclose)
        turns["hints"] = Advising(database, Queue(redis, settings.environment)).turn
    return turns


def _replica() -> str:
    """New with each start: what an earlier process held is not held by this one."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
