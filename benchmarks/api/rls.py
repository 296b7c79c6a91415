"""Row security by itself: the same one-trip transaction on a table with it and on one without.

Both name their person, both read a page of 20 rows by the same index; only the policy differs.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import uvloop

from benchmarks.api.report import missed
from services.kernel.db import Database
from services.kernel.sql import Query
from tests.servers import postgres
from tests.servers.postgres import EnvironmentDatabase

PEOPLE = 1_000
ROWS_EACH = 200
CLIENTS = 8
ROUNDS = 9
TRIPS = 1_500
GOAL = 0.85
TABLES = """
    create table guarded (
        id uuid not null default gen_random_uuid(), user_id uuid not null, name text not null,
        created_at timestamptz not null
    );
    insert into guarded (user_id, name, created_at)
        select person, 'row ' || number, now() - number * interval '1 minute'
        from unnest(%(people)s) person, generate_series(1, %(rows)s) number;
    create table plain as table guarded;
    create index on guarded (user_id, created_at, id);
    create index on plain (user_id, created_at, id);
    alter table guarded enable row level security;
    alter table guarded force row level security;
    create policy guarded_tenant on guarded to pingvas_dev_app
        using (user_id = nullif(current_setting('pingvas.user_id', true), '')::uuid);
    grant select on guarded, plain to pingvas_dev_app;
    analyze guarded, plain
"""
GUARDED = Query(
    "guarded",
    "select id, name, created_at from guarded order by created_at desc, id desc limit 20",
)
PLAIN = Query(
    "plain",
    """select id, name, created_at from plain where user_id = %(user_id)s
    order by created_at desc, id desc limit 20""",
)


def run() -> bool:
    """Measure and print; whether the goal is missed."""
    folder = Path(tempfile.mkdtemp(prefix="pingvas-benchmark-"))
    with postgres.running(folder) as server:
        database = postgres.create_environment(server)
        return uvloop.run(_compare(database, _fill(database)))


def _fill(database: EnvironmentDatabase) -> list[UUID]:
    people = [uuid4() for _ in range(PEOPLE)]
    with psycopg.connect(database.admin_url, cursor_factory=psycopg.ClientCursor) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        admin.execute(f"grant usage on schema {database.schema} to pingvas_dev_app".encode())
        admin.execute(TABLES, {"people": people, "rows": ROWS_EACH})
    return people


async def _compare(database: EnvironmentDatabase, people: Sequence[UUID]) -> bool:
    door = Database(database.app_url, database.system_url, app_connections=CLIENTS)
    await door.open()
    try:
        for query in (GUARDED, PLAIN):
            await _per_second(door, query, people)
        rounds = [await _round(door, people, number) for number in range(ROUNDS)]
    finally:
        await door.close()
    guarded, plain = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"one-trip transactions, {CLIENTS} clients, medians of {ROUNDS} interleaved rounds:")
    print(f"  with row security {guarded:,.0f}/s, without {plain:,.0f}/s")
    ratio = statistics.median(with_it / without for with_it, without in rounds)
    return missed("transactions/s, with to without", ratio, GOAL)


async def _round(door: Database, people: Sequence[UUID], number: int) -> tuple[float, float]:
    order = (GUARDED, PLAIN) if number % 2 else (PLAIN, GUARDED)
    speed = {query: await _per_second(door, query, people) for query in order}
    return speed[GUARDED], speed[PLAIN]


async def _per_second(door: Database, query: Query, people: Sequence[UUID]) -> float:
    async def work() -> None:
        for _ in range(TRIPS // CLIENTS):
            person = random.choice(people)  # noqa: S311 - no secret
            values = {"user_id": person} if query is PLAIN else {}
            rows = await door.tenant_once(person, query, **values)
            assert len(rows) == 20

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CLIENTS)))
    return TRIPS // CLIENTS * CLIENTS / (time.perf_counter() - begun)
