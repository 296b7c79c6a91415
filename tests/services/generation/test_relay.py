"""A job that was committed reaches the queue, whatever is lost on the way, and only once."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import psycopg
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from services.dispatch.claims import Entry
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation.adapters.doorbell import Doorbell
from services.generation.background.relay import Relay
from services.generation.repository.statements import SQL
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database, DatabaseUnavailable
from services.kernel.sql import Query
from tests.servers.ports import free_port
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import a_person, balance_of
from tests.services.generation.work import Submitting, a_request, status_of, success, take

WISH = Query("wish", "update generation_jobs set cancel_requested_at = now()")
WAITING = Query("waiting", "select 1 from pg_locks where locktype = 'advisory' and not granted")
KILLED = """
import asyncio, os, sys
from uuid import UUID
from services.dispatch.connection import connect
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.generation.work import Submitting, a_request

async def main() -> None:
    settings = GenerationSettings()
    url = settings.database_url.get_secret_value()
    database = Database(url, settings.system_database_url.get_secret_value())
    await database.open()
    redis = connect(settings.redis_url.get_secret_value())
    submit = Submitting.on(database, redis, settings)
    job = await submit.action.run(Caller(UUID(sys.argv[1]), "user", "free"), a_request(), "k")
    os.write(1, str(job.id).encode())
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.fixture
def relay(database: Database, queue: Queue, settings: GenerationSettings) -> Relay:
    return Relay(database, queue, settings)


@pytest.fixture
async def cut_off(
    database: Database, settings: GenerationSettings, redis: Redis
) -> AsyncIterator[Submitting]:
    """A submit whose Redis is away."""
    nowhere = connect(f"redis://127.0.0.1:{free_port()}/0")
    yield Submitting.on(database, nowhere, settings)
    await nowhere.aclose()


async def lose(submit: Submitting, person: Caller, key: str = "k") -> None:
    with suppress(QueueUnavailable):
        await submit.run(person, a_request(), key)


def unrelayed(urls: EnvironmentDatabase) -> int:
    with psycopg.connect(urls.admin_url) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        row = admin.execute(
            "select count(*) from generation_jobs where status = 'queued' and enqueued_at is null"
        ).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_kill_between_commit_and_queue_loses_nothing(
    urls: EnvironmentDatabase,
    database: Database,
    queue: Queue,
    relay: Relay,
    settings: GenerationSettings,
    person: Caller,
) -> None:
    environment = {
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": urls.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": urls.system_url,
        "PINGVAS_REDIS_URL": settings.redis_url.get_secret_value(),
        "PINGVAS_TOKEN_ISSUER": "x",
        "PINGVAS_JWKS_URL": "x",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", KILLED, str(person.user_id)),
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == -9
    assert await queue.depth() == 0
    await relay.turn()
    assert str((await take(queue)).job.id) == told.decode()
    assert await balance_of(database, person) == 19


async def test_the_relay_puts_in_once_and_in_order(
    urls: EnvironmentDatabase, queue: Queue, relay: Relay, cut_off: Submitting, person: Caller
) -> None:
    for index in range(4):
        await lose(cut_off, person, f"k{index}")
    assert unrelayed(urls) == 4
    others = [Relay(relay._database, queue, relay._settings) for _ in range(3)]
    await asyncio.gather(*(each.turn() for each in (relay, *others)))
    assert await queue.depth() == 4
    assert unrelayed(urls) == 0
    claims = [await take(queue) for _ in range(4)]
    assert [claim.job.submitted_at for claim in claims] == sorted(
        claim.job.submitted_at for claim in claims
    )


class HeldUp(Queue):
    """A queue that lets nothing in until the gate is open."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis, "dev")
        self.is_reached, self.gate = asyncio.Event(), asyncio.Event()

    async def enqueue_many(self, entries: Sequence[Entry]) -> int:
        self.is_reached.set()
        await self.gate.wait()
        return await super().enqueue_many(entries)


async def done_or_waiting(relaying: asyncio.Task[float], database: Database) -> None:
    """Until a relay has ended, or waits for another one."""
    while not relaying.done() and not await database.system_once(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody that somebody waits
        await asyncio.sleep(0.01)


async def test_what_is_older_is_put_in_first_whoever_relays(
    urls: EnvironmentDatabase,
    database: Database,
    redis: Redis,
    queue: Queue,
    cut_off: Submitting,
    settings: GenerationSettings,
    person: Caller,
) -> None:
    for index in range(4):
        await lose(cut_off, person, f"k{index}")
    slow = HeldUp(redis)
    patient = settings.model_copy(update={"relay_every_s": 30.0, "sweep_grace_s": 30.0})
    first, second = (Relay(database, each, patient, at_once=2) for each in (slow, queue))
    async with asyncio.timeout(20):
        first.ring()
        older = asyncio.create_task(first.turn())
        await slow.is_reached.wait()
        await lose(cut_off, person, "late")
        second.ring()
        younger = asyncio.create_task(second.turn())
        await done_or_waiting(younger, database)
        slow.gate.set()
        await asyncio.gather(older, younger)
    assert unrelayed(urls) == 0, "the call was not lost"
    arrived = [(await take(queue)).job.submitted_at for _ in range(5)]
    assert arrived == sorted(arrived)


async def test_environments_of_one_database_relay_beside_each_other(
    urls: EnvironmentDatabase, database: Database, relay: Relay
) -> None:
    with psycopg.connect(urls.admin_url) as admin:
        admin.execute("set search_path = pg_catalog")
        admin.execute(SQL.relay_alone.text.encode())
        async with asyncio.timeout(5):
            await relay.turn()


async def test_what_was_relayed_is_noted_and_left_alone(
    urls: EnvironmentDatabase, queue: Queue, relay: Relay, submit: Submitting, person: Caller
) -> None:
    await submit.run(person, a_request(), "k")
    submit.action.outbox._noted_at -= 10
    await submit.action.outbox.turn()
    assert unrelayed(urls) == 0
    await relay.turn()
    assert await queue.depth() == 1


async def test_a_job_that_was_cancelled_before_it_was_relayed_stays_out(
    database: Database, queue: Queue, relay: Relay, cut_off: Submitting, person: Caller
) -> None:
    await lose(cut_off, person)
    await database.system_once(WISH)
    await relay.turn()
    assert await queue.depth() == 0


async def test_another_replica_hears_of_a_job_that_this_one_can_not_relay(
    urls: EnvironmentDatabase,
    database: Database,
    queue: Queue,
    settings: GenerationSettings,
    cut_off: Submitting,
    person: Caller,
) -> None:
    patient = settings.model_copy(update={"relay_every_s": 30.0, "sweep_grace_s": 30.0})
    relay = Relay(database, queue, patient)
    heard = asyncio.Event()

    def ring() -> None:
        relay.ring()
        heard.set()

    listening = asyncio.create_task(Doorbell(SecretStr(urls.system_url), ring).turn())
    async with asyncio.timeout(20):
        await heard.wait()
        await relay.turn()
        await lose(cut_off, person, "first")
        assert cut_off.action.outbox.is_stuck
        heard.clear()
        await lose(cut_off, person, "second")
        await heard.wait()
        await relay.turn()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert await queue.depth() == 2


async def test_a_doorbell_without_a_server_says_so() -> None:
    nowhere = SecretStr(f"postgresql://a:b@127.0.0.1:{free_port()}/x")
    with pytest.raises(DatabaseUnavailable):
        await Doorbell(nowhere, lambda: None).turn()


async def test_a_job_that_ended_is_not_relayed(
    database: Database, queue: Queue, relay: Relay, submit: Submitting, cut_off: Submitting
) -> None:
    person = await a_person(database, 10)
    await lose(cut_off, person)
    await relay.turn()
    claim = await take(queue)
    await queue.finish(claim, success(claim))
    assert await status_of(database, claim.job.id) == "queued", "the result is not recorded yet"
    await relay.turn()
    assert await queue.depth() == 0
