"""Row security by itself: the same one-trip transaction on a table with it and on one without.

Both name their person, both read a page of 20 rows by the same index; only the policy differs. For
information the plain statement alone is told too, which names nobody and has no policy.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import uvloop

from benchmarks.api.report import missed
from services.kernel.db import Database, Row
from services.kernel.sql import Query
from tests.servers import postgres
from tests.servers.postgres import EnvironmentDatabase

PEOPLE = 1_000
ROWS_EACH = 200
CLIENTS = 8
ROUNDS = 9
TRIPS = 1_500
GOAL = 0.85
Trip = Callable[[UUID], Awaitable[list[Row]]]
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
    grant select on plain to pingvas_dev_system;
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
        roles = "pingvas_dev_app, pingvas_dev_system"
        admin.execute(f"grant usage on schema {database.schema} to {roles}".encode())
        admin.execute(TABLES, {"people": people, "rows": ROWS_EACH})
    return people


async def _compare(database: EnvironmentDatabase, people: Sequence[UUID]) -> bool:
    urls = database.app_url, database.system_url
    door = Database(*urls, app_connections=CLIENTS, system_connections=CLIENTS)
    trips: list[Trip] = [
        lambda person: door.tenant_once(person, GUARDED),
        lambda person: door.tenant_once(person, PLAIN, user_id=person),
        lambda person: door.system_once(PLAIN, user_id=person),
    ]
    await door.open()
    try:
        for trip in trips:
            await _per_second(trip, people)
        rounds = [await _round(trips, people, number) for number in range(ROUNDS)]
    finally:
        await door.close()
    return _told(rounds)


def _told(rounds: Sequence[Sequence[float]]) -> bool:
    guarded, plain, alone = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"one-trip transactions, {CLIENTS} clients, medians of {ROUNDS} interleaved rounds:")
    print(f"  with row security {guarded:,.0f}/s, without {plain:,.0f}/s")
    bare = statistics.median(with_it / nothing for with_it, _, nothing in rounds)
    print(f"  for information: the plain statement alone {alone:,.0f}/s, with to that {bare:.2f}x")
    ratio = statistics.median(with_it / without for with_it, without, _ in rounds)
    return missed("transactions/s, with to without", ratio, GOAL)


async def _round(trips: Sequence[Trip], people: Sequence[UUID], number: int) -> list[float]:
    """Each side once, each time another one first."""
    speeds = [0.0] * len(trips)
    for position in range(len(trips)):
        side = (position + number) % len(trips)
        speeds[side] = await _per_second(trips[side], people)
    return speeds


async def _per_second(trip: Trip, people: Sequence[UUID]) -> float:
    async def work() -> None:
        for _ in range(TRIPS // CLIENTS):
            assert len(await trip(random.choice(people))) == 20  # noqa: S311 - no secret

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CLIENTS)))
    return TRIPS // CLIENTS * CLIENTS / (time.perf_counter() - begun)
