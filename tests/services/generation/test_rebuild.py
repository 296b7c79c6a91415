"""The whole queue comes back from the record: in order, once, and by itself."""

import asyncio
import json
import os
import subprocess
import sys

import psycopg
import pytest
from redis.asyncio import Redis

from services.dispatch.queue import Queue
from services.dispatch.wholeness import Wholeness
from services.generation.actions.rebuild_queue import RebuildQueue
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.postgres import EnvironmentDatabase
from tests.services.dispatch.keys import key
from tests.services.generation.work import Submitting, a_request, success, take

JOBS = """
    insert into generation_jobs (user_id, checkpoint, parameters, cost_credits, queued_at, status)
    select %(user)s, 'tiny', %(parameters)s, 1, now() - make_interval(secs => 20000 - n),
        case when n %% 10 = 0 then 'running' else 'queued' end
    from generate_series(1, %(count)s) n
"""
PARAMETERS = {
    "prompt": "a lighthouse", "negative_prompt": "", "width": 64, "height": 64, "steps": 2,
    "guidance_scale": 7.0, "seed": 1, "seed_drawn": True, "count": 1, "scheduler": None,
}  # fmt: skip


def add_jobs(urls: EnvironmentDatabase, person: Caller, count: int) -> None:
    values = {"user": person.user_id, "parameters": json.dumps(PARAMETERS), "count": count}
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        admin.execute(JOBS, values)


@pytest.fixture
def rebuild(
    database: Database, queue: Queue, wholeness: Wholeness, settings: GenerationSettings
) -> RebuildQueue:
    return RebuildQueue(database, queue, wholeness, settings)


async def test_ten_thousand_jobs_come_back_in_order_by_the_program(
    urls: EnvironmentDatabase,
    redis: Redis,
    queue: Queue,
    settings: GenerationSettings,
    person: Caller,
) -> None:
    add_jobs(urls, person, 10_000)
    environment = {
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": urls.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": urls.system_url,
        "PINGVAS_REDIS_URL": settings.redis_url.get_secret_value(),
        "PINGVAS_TOKEN_ISSUER": "x",
        "PINGVAS_JWKS_URL": "x",
    }
    command = [sys.executable, "-m", "services.generation.rebuild"]
    program = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environment}, stdout=subprocess.PIPE
    )
    output, _ = await program.communicate()
    assert program.returncode == 0
    told = json.loads(output)
    print(f"10,000 jobs in {told['seconds']} s")
    assert told["put_back"] == 10_000
    assert await queue.depth() == 10_000
    first = []
    for _ in range(50):
        claim = await take(queue)
        first.append(claim.job.submitted_at)
        await queue.finish(claim, success(claim))
    assert first == sorted(first)
    with psycopg.connect(urls.admin_url) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        row = admin.execute("select count(*) from generation_jobs where status = 'running'")
        assert row.fetchone() == (0,)


async def test_a_rebuild_of_a_whole_queue_changes_nothing(
    queue: Queue, rebuild: RebuildQueue, submit: Submitting, person: Caller
) -> None:
    await submit.run(person, a_request(), "k1")
    held = await submit.run(person, a_request(), "k2")
    claim = await take(queue)
    assert await rebuild.run() == 0
    assert await queue.depth() == 1
    assert await queue.extend(claim)
    assert held.id


async def test_the_mark_goes_with_the_rest(redis: Redis, wholeness: Wholeness) -> None:
    assert not await wholeness.is_certain()
    assert await wholeness.complete(await wholeness.begin())
    assert await wholeness.is_certain()
    await redis.flushall()
    assert not await wholeness.is_certain()


async def test_a_loss_during_the_comparison_is_noticed(redis: Redis, wholeness: Wholeness) -> None:
    token = await wholeness.begin()
    await redis.flushall()
    assert not await wholeness.complete(token)
    assert not await wholeness.is_certain()


async def test_another_run_of_the_server_is_looked_at_again(
    redis: Redis, wholeness: Wholeness
) -> None:
    await wholeness.complete(await wholeness.begin())
    await redis.set(key("whole", environment="dev"), "the run of another primary")
    assert not await wholeness.is_certain()
