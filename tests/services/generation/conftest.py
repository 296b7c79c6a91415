"""A queue and a record of one's own for each test, and the parts of the service on them."""

from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from services.contracts.tiers import TIERS
from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from services.dispatch.wholeness import Wholeness
from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.record_progress import RecordProgress
from services.generation.background.results_consumer import ResultsConsumer
from services.generation.main import create_app
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.people import ISSUER, JWKS_URL
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import a_person, client_of, served
from tests.services.generation.watching import Service, serving
from tests.services.generation.work import Submitting

# Everybody may have four pictures and as many running; the limits have tests of their own.
GENEROUS = {"images_per_job": 4, "running_jobs": 50}
CHECKPOINTS = """
    insert into checkpoints (name, family, source, sha256, size_bytes, width, height, minimum_tier,
        enabled, kind, base, abilities)
    select name, family, 'tiny', repeat('0', 64), 1, 64, 64, tier, enabled, kind, base, abilities
    from (values
        ('tiny', 'sd', 'free', true, 'checkpoint', 'tiny', '{}'::text[]),
        ('closed', 'sd', 'free', false, 'checkpoint', 'tiny', '{}'),
        ('noble', 'sd', 'pro', true, 'checkpoint', 'tiny', '{}'),
        ('flow', 'flux', 'free', true, 'checkpoint', 'flux', '{text_to_image}'),
        ('able', 'sd', 'free', true, 'checkpoint', 'tiny',
            '{text_to_image,image_to_image,inpaint,upscale}'),
        ('style', 'sd', 'free', true, 'lora', 'tiny', '{}'),
        ('noble-style', 'sd', 'pro', true, 'lora', 'tiny', '{}'),
        ('old-style', 'sd', 'free', false, 'lora', 'tiny', '{}'),
        ('other-style', 'sdxl', 'free', true, 'lora', 'sdxl', '{}')
    ) as wanted (name, family, tier, enabled, kind, base, abilities)
    on conflict (name) do update set family = excluded.family, enabled = excluded.enabled,
        minimum_tier = excluded.minimum_tier, kind = excluded.kind, base = excluded.base,
        abilities = excluded.abilities
"""


@pytest.fixture
def urls(environment_database: EnvironmentDatabase) -> EnvironmentDatabase:
    """The run's database without jobs, with three checkpoints."""
    with psycopg.connect(environment_database.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {environment_database.schema}".encode())
        # A kill must lose nothing that was committed; the server itself is set up for speed.
        admin.execute("alter database pingvas set synchronous_commit = on")
        admin.execute("delete from generation_jobs")
        admin.execute(CHECKPOINTS)
    return environment_database


@pytest.fixture
async def database(urls: EnvironmentDatabase) -> AsyncIterator[Database]:
    database = Database(urls.app_url, urls.system_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def settings(urls: EnvironmentDatabase, redis_url: str) -> GenerationSettings:
    return GenerationSettings(
        environment="dev",
        database_url=urls.app_url,
        system_database_url=urls.system_url,
        redis_url=redis_url,
        token_issuer=ISSUER,
        jwks_url=JWKS_URL,
        tiers={**TIERS, "free": TIERS["free"].model_copy(update=GENEROUS)},
        relay_every_s=0.1,
        sweep_every_s=0.1,
        sweep_grace_s=0.0,
        reclaim_every_s=0.1,
    )


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def queue(redis: Redis) -> Queue:
    return Queue(redis, "dev", backoff_s=0.01)


@pytest.fixture
async def stream(redis: Redis) -> ResultStream:
    stream = ResultStream(redis, "dev", "test")
    await stream.read(timeout_s=0.01)
    return stream


@pytest.fixture
def submit(database: Database, redis: Redis, settings: GenerationSettings) -> Submitting:
    return Submitting.on(database, redis, settings)


@pytest.fixture
def wholeness(redis: Redis) -> Wholeness:
    return Wholeness(redis, "dev")


@pytest.fixture
def cancel(database: Database, queue: Queue) -> CancelJob:
    return CancelJob(database, queue)


@pytest.fixture
def record(database: Database, queue: Queue) -> RecordProgress:
    return RecordProgress(database, queue)


@pytest.fixture
def consumer(stream: ResultStream, record: RecordProgress) -> ResultsConsumer:
    return ResultsConsumer(stream, record)


@pytest.fixture
async def app(settings: GenerationSettings, redis: Redis) -> AsyncIterator[FastAPI]:
    async with served(create_app(settings)) as app:
        yield app


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database, 20)


@pytest.fixture
async def client(app: FastAPI, person: Caller) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, person) as client:
        yield client


@pytest.fixture
async def service(
    settings: GenerationSettings, database: Database, queue: Queue
) -> AsyncIterator[Service]:
    """Watched over a real port; what works in the background keeps still."""
    quiet = {"sweep_every_s": 60.0, "relay_every_s": 60.0, "streams_per_user": 3}
    async with serving(settings.model_copy(update=quiet)) as service:
        yield service
