"""The generation service put together: its routes, and the tasks that run beside them.

Redis may be away when it starts, and at any time later; nothing here waits for it.
"""

import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from redis.asyncio import Redis
from starlette.middleware import Middleware

from services.dispatch.board import Board
from services.dispatch.connection import QUICK_ANSWER_S, connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.operation import Operation
from services.dispatch.progress import NewsStream
from services.dispatch.queue import Queue, key_prefix
from services.dispatch.rates import SharedClocks
from services.dispatch.results import ResultStream
from services.dispatch.wholeness import Wholeness
from services.generation.actions.appraise_job import AppraiseJob
from services.generation.actions.record_progress import RecordProgress
from services.generation.actions.submit_job import SubmitJob
from services.generation.adapters.doorbell import Doorbell
from services.generation.background.outbox import Outbox
from services.generation.background.queue_gauges import QueueGauges
from services.generation.background.rate_sharing import RateSharing
from services.generation.background.reclaimer import Reclaimer
from services.generation.background.relay import Relay
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.background.sweep import Sweep
from services.generation.facts.catalogue import Catalogue
from services.generation.facts.outlook import Outlook
from services.generation.facts.queue_facts import QueueFacts
from services.generation.facts.remembered import Remembered
from services.generation.progress.life import make_desk, telling
from services.generation.progress.stream import Handover
from services.generation.rates import Rates
from services.generation.routes import ABOUT, ROUTERS, TAGS
from services.generation.settings import GenerationSettings
from services.kernel.app import create_service
from services.kernel.app.turns import Turn, taking_turns
from services.kernel.db import Database

SITUATION_S = 1.0
FORECAST_S = 1.0


def create_app(settings: GenerationSettings | None = None) -> FastAPI:
    """The application; reads the environment when no settings are given."""
    settings = settings or GenerationSettings.from_environment()
    app = create_service("generation", settings, ROUTERS, about=ABOUT, tags=TAGS, lifespan=_life)
    app.user_middleware.append(Middleware(Handover))
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Two clients: one for requests, which are answered soon, one for those who may wait."""
    settings: GenerationSettings = app.state.settings
    url = settings.redis_url.get_secret_value()
    async with AsyncExitStack() as stack:
        quick = connect(url, answer_timeout_s=QUICK_ANSWER_S)
        stack.push_async_callback(quick.aclose)
        patient = connect(url)
        stack.push_async_callback(patient.aclose)
        app.state.queue = Queue(quick, settings.environment)
        app.state.rates = Rates()
        app.state.submit = submitting(app.state.database, quick, settings)
        turns = {
            **_of_requests(app.state.submit, app.state.rates, quick, settings),
            **_of_queue(app.state.database, patient, settings),
            "gauges": _gauges(app, quick, settings.environment).turn,
        }
        await stack.enter_async_context(taking_turns(turns, (QueueUnavailable,)))
        app.state.progress = make_desk(app.state.database, settings, app.state.metrics.registry)
        news = NewsStream(patient, key_prefix(settings.environment))
        await stack.enter_async_context(telling(app.state.progress, news, app.state.draining))
        yield


def _gauges(app: FastAPI, redis: Redis, environment: str) -> QueueGauges:
    gauges = QueueGauges(Board(redis, environment), Operation(redis, environment))
    app.state.metrics.registry.register(gauges)
    return gauges


def submitting(database: Database, redis: Redis, settings: GenerationSettings) -> SubmitJob:
    """The way of a submit, with what it remembers."""
    queue = Queue(redis, settings.environment)
    facts = QueueFacts(database, Board(redis, settings.environment), settings.tiers)
    appraise = AppraiseJob(
        database, Catalogue(database), Remembered(facts.situation, SITUATION_S), settings
    )
    return SubmitJob(
        appraise, Outbox(database, queue, settings), Outlook(facts.forecast, FORECAST_S)
    )


def _of_requests(
    submit: SubmitJob, rates: Rates, redis: Redis, settings: GenerationSettings
) -> Mapping[str, Turn]:
    """What requests leave behind."""
    shared = SharedClocks(redis, settings.environment)
    return {
        "outbox": submit.outbox.turn,
        "rates": RateSharing(rates, shared).turn,
        "forecast": submit.outlook.turn,
    }


def _of_queue(database: Database, redis: Redis, settings: GenerationSettings) -> Mapping[str, Turn]:
    """What keeps record and queue in step."""
    queue = Queue(redis, settings.environment)
    stream = ResultStream(redis, settings.environment, _replica(settings.port))
    wholeness = Wholeness(redis, settings.environment)
    relay = Relay(database, queue, settings)
    turns: dict[str, Turn] = {
        "results": ResultsConsumer(stream, RecordProgress(database, queue)).turn,
        "reclaim": Reclaimer(queue, settings.reclaim_every_s).turn,
        "relay": relay.turn,
        "sweep": Sweep(database, queue, wholeness, settings).turn,
    }
    if settings.listen_database_url.get_secret_value():
        turns["doorbell"] = Doorbell(settings.listen_database_url, relay.ring).turn
    return turns


def _replica(port: int) -> str:
    """The same after a restart, so that a replica finds what it left."""
    return f"{os.environ.get('HOSTNAME') or socket.gethostname()}:{port}"
