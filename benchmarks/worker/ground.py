"""Real servers for a benchmark, and the worker's whole life over them, with any engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
from pydantic import SecretStr

from services.contracts.jobs import GenerationJob, JobResult, Outcome
from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.servers import seaweedfs, valkey
from worker.checkpoints.resident import Residents
from worker.checkpoints.shelf import Shelf, Shelved
from worker.interruption import Interruption
from worker.main import compose
from worker.pipelines.pipeline import Pipeline
from worker.settings import WorkerSettings

BUCKET = "benchmark"


@dataclass(frozen=True)
class Engine:
    """What makes the pictures, and how much memory it has for weights."""

    shelf: Path
    load: Callable[[Shelved], Pipeline]
    budget_bytes: int


@contextmanager
def servers(folder: Path) -> Iterator[WorkerSettings]:
    """A Redis and an object store; the settings of a worker on them."""
    for name in ("redis", "store"):
        (folder / name).mkdir()
    with (
        valkey.running(folder / "redis") as redis,
        seaweedfs.running(folder / "store") as store,
    ):
        boto3.client(
            "s3",
            endpoint_url=store.endpoint,
            region_name="us-east-1",
            aws_access_key_id=seaweedfs.ACCESS_KEY,
            aws_secret_access_key=seaweedfs.SECRET_KEY,
        ).create_bucket(Bucket=BUCKET)
        yield WorkerSettings(
            environment="dev",
            redis_url=SecretStr(redis.url),
            object_store_endpoint=store.endpoint,
            object_store_access_key=seaweedfs.ACCESS_KEY,
            object_store_secret_key=SecretStr(seaweedfs.SECRET_KEY),
            images_bucket=BUCKET,
            checkpoints_dir=folder,
        )


async def serve(settings: WorkerSettings, engine: Engine, jobs: Sequence[GenerationJob]) -> float:
    """Seconds from the first claim to the last result, of jobs that all wait beforehand."""
    async with _queue(settings) as (queue, results):
        for job in jobs:
            assert await queue.enqueue(job, str(job.user_id))
        interruption = Interruption(1.0)
        shelf, residents = Shelf(engine.shelf), Residents(engine.load, engine.budget_bytes)
        lifecycle = compose(settings, queue, interruption, shelf, residents, "cpu")
        began = time.perf_counter()
        life = asyncio.create_task(lifecycle.run())
        await _all(results, len(jobs))
        seconds = time.perf_counter() - began
        interruption.drain()
        await life
        return seconds


async def _all(results: ResultStream, count: int) -> None:
    left = count
    while left:
        deliveries = await results.read(count=100, timeout_s=1)
        for delivery in deliveries:
            event = delivery.event()
            if isinstance(event, JobResult):
                assert event.outcome is Outcome.SUCCEEDED, event.error_code
                left -= 1
        if deliveries:
            await results.settle(deliveries)


@asynccontextmanager
async def _queue(settings: WorkerSettings) -> AsyncIterator[tuple[Queue, ResultStream]]:
    redis = connect(settings.redis_url.get_secret_value())
    yield Queue(redis, settings.environment), ResultStream(redis, settings.environment, "bench")
    await redis.flushdb()
    await redis.aclose()
