"""The service behind Sentinel, while the primary is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contracts.tiers import TierTerms
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation.main import create_app
from services.generation.settings import GenerationSettings
from services.kernel.db import Database
from tests.services.callers import a_person, balance_of, client_of, served
from tests.services.dispatch.valkey_nodes import SentinelCluster
from tests.services.generation.work import success

pytestmark = pytest.mark.integration

JOBS = 12
BODY = {"checkpoint": "tiny", "prompt": "a lighthouse", "width": 64, "height": 64, "steps": 2}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[SentinelCluster]:
    cluster = SentinelCluster(tmp_path)
    cluster.start()
    yield cluster
    cluster.kill()


async def work(queue: Queue) -> None:
    """A worker that takes a moment for each job, and never gives up."""
    while True:
        try:
            claim = await queue.claim("w1", 1.0, timeout_s=0.5, checkpoints=["tiny"])
            if claim:
                await asyncio.sleep(0.05)
                await queue.finish(claim, success(claim))
        except QueueUnavailable:
            await asyncio.sleep(0.05)


async def test_a_failover_loses_no_job_and_charges_none_twice(
    cluster: SentinelCluster, settings: GenerationSettings, database: Database
) -> None:
    person = await a_person(database, 100)
    changes = {
        "redis_url": type(settings.redis_url)(cluster.url),
        "tiers": {"free": TierTerms(waiting_jobs=JOBS, running_jobs=JOBS)},
    }
    app = create_app(settings.model_copy(update=changes))
    worker_redis = connect(cluster.url)
    async with served(app), client_of(app, person) as client, asyncio.timeout(60):
        worker = asyncio.create_task(work(Queue(worker_redis, "dev")))
        for index in range(JOBS):
            if index == JOBS // 2:
                cluster.primary.kill()
            key = {"Idempotency-Key": f"k{index}"}
            answer = await client.post("/v1/generations", json=BODY, headers=key)
            assert answer.status_code == 202, "Redis is no reason to refuse"
        statuses: set[str] = set()
        while statuses != {"succeeded"}:
            await asyncio.sleep(0.1)
            items = (await client.get("/v1/generations?limit=100")).json()["items"]
            assert len(items) == JOBS
            statuses = {item["status"] for item in items}
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    await worker_redis.aclose()
    assert await balance_of(database, person) == 100 - JOBS
