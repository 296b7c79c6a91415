"""The generation service put together: its routes, and the tasks that run beside them.

Redis may be away when it starts, and at any time later; nothing here waits for it.
"""

import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from services.dispatch.connection import QUICK_ANSWER_S, connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from services.generation.actions.record_progress import RecordProgress
from services.generation.background.reclaimer import Reclaimer
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.background.sweep import Sweep
from services.generation.background.turns import Turn, taking_turns
from services.generation.routes import ROUTERS
from services.generation.settings import GenerationSettings
from services.kernel.app import create_service
from services.kernel.db import Database


def create_app(settings: GenerationSettings | None = None) -> FastAPI:
    """The application; reads the environment when no settings are given."""
    settings = settings or GenerationSettings.from_environment()
    return create_service("generation", settings, ROUTERS, lifespan=_life)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    settings: GenerationSettings = app.state.settings
    url, environment = settings.redis_url.get_secret_value(), settings.environment
    async with AsyncExitStack() as stack:
        quick = connect(url, answer_timeout_s=QUICK_ANSWER_S)
        stack.push_async_callback(quick.aclose)
        patient = connect(url)
        stack.push_async_callback(patient.aclose)
        app.state.queue = Queue(quick, environment)
        stream = ResultStream(patient, environment, _replica(settings.port))
        turns = _turns(app.state.database, Queue(patient, environment), stream, settings)
        await stack.enter_async_context(taking_turns(turns))
        yield


def _turns(
    database: Database, queue: Queue, stream: ResultStream, settings: GenerationSettings
) -> Mapping[str, Turn]:
    record = RecordProgress(database, queue)
    return {
        "results": ResultsConsumer(stream, record).turn,
        "reclaim": Reclaimer(queue, settings.reclaim_every_s).turn,
        "sweep": Sweep(database, queue, settings).turn,
    }


def _replica(port: int) -> str:
    """The same after a restart, so that a replica finds what it left."""
    return f"{os.environ.get('HOSTNAME') or socket.gethostname()}:{port}"
