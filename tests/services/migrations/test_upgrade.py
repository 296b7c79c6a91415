"""Data of the first release goes through every later migration, up, down and up again.

The rows are planted by superuser SQL as the first release's tables were, not by today's code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from services.migrations.dbmate import VERSIONS, environment, program, run
from tests.servers import postgres as postgres_server
from tests.servers.postgres import EnvironmentDatabase, Postgres

FIRST_RELEASE: Final = 4
ROWS: Final = """
insert into users (id, email, password_hash, role, tier, email_verified_at)
select uuid_of('user', n), 'p' || n || '@example.com', 'hash', 'user', 'pro', now()
from generate_series(1, 5) as n;
insert into sessions (user_id, refresh_token_hash, family_id, expires_at, revoked_at)
select uuid_of('user', n), 'refresh' || n, uuid_of('family', n), now() + interval '1 day',
    case when n > 3 then now() end
from generate_series(1, 5) as n;
insert into api_keys (user_id, prefix, key_hash, name)
select uuid_of('user', n), 'prefix' || n, 'hash', 'key' from generate_series(1, 5) as n;
insert into subscriptions (user_id, provider, provider_id, tier, status, current_period_end)
select uuid_of('user', n), 'lemon_squeezy', 's' || n, 'pro', 'active', now()
from generate_series(1, 5) as n;
insert into webhook_events (provider, event_id, kind, payload, processed_at)
select 'lemon_squeezy', 'e' || n, 'subscription_created', '{"data": 1}',
    case when n > 3 then now() end
from generate_series(1, 5) as n;
insert into checkpoints (name, family, source, sha256, size_bytes, abilities, width, height)
select 'c' || n, 'sd15', 'somewhere', repeat('a', 64), 1, '{text_to_image}', 512, 512
from generate_series(1, 3) as n;
insert into credit_ledger (user_id, kind, amount_credits, unique_key)
select uuid_of('user', n), 'grant', 100, 'grant:' || n from generate_series(1, 5) as n;
insert into generation_jobs (id, user_id, status, checkpoint, parameters, cost_credits,
    idempotency_key, started_at, finished_at)
select uuid_of('job', n), uuid_of('user', n),
    (array['queued', 'running', 'succeeded', 'failed', 'cancelled'])[n],
    'c1', '{"prompt": "a penguin", "width": 64}', 10, 'once',
    case when n > 1 then now() end, case when n > 2 then now() end
from generate_series(1, 5) as n;
insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
select uuid_of('user', n), uuid_of('job', n), 'hold', -10, 'hold:' || uuid_of('job', n)
from generate_series(1, 5) as n;
insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
select uuid_of('user', n), uuid_of('job', n), case n when 3 then 'capture' else 'release' end,
    case n when 3 then 0 else 10 end, 'settle:' || uuid_of('job', n)
from generate_series(3, 5) as n;
insert into albums (id, user_id, name)
select uuid_of('album', n), uuid_of('user', n), 'best' from generate_series(1, 5) as n;
insert into images (user_id, job_id, position, object_key, width, height, size_bytes, sha256,
    prompt, album_id, deleted_at)
select uuid_of('user', 3), uuid_of('job', 3), n, 'key' || n, 64, 64, 9, repeat('b', 64),
    'a penguin', uuid_of('album', 3), case when n > 2 then now() end
from generate_series(0, 3) as n;
"""
UUID_OF: Final = """
create function pg_temp.uuid_of(kind text, n int) returns uuid language sql immutable
as $$ select md5(kind || n)::uuid $$
"""
Tables = Mapping[str, list[DictRow]]


@pytest.fixture
def first_release(postgres: Postgres, tmp_path: Path) -> Iterator[EnvironmentDatabase]:
    """A database as the first release left it, with rows in each of its ten tables."""
    database = postgres_server.create_environment(postgres, database="pingvas_upgrade")
    for version in sorted(VERSIONS.glob("*.sql"))[:FIRST_RELEASE]:
        shutil.copy(version, tmp_path)
    variables = {**environment(database.owner_url), "DBMATE_MIGRATIONS_DIR": str(tmp_path)}
    command = [str(program()), "--env-file", os.devnull, "migrate"]
    subprocess.run(command, env=variables, check=True, capture_output=True)
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("select set_config('search_path', %s, false)", [database.schema])
        connection.execute(UUID_OF)
        connection.execute(ROWS.replace("uuid_of(", "pg_temp.uuid_of(").encode())
    yield database
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("drop database pingvas_upgrade with (force)")


def rows_of(database: EnvironmentDatabase) -> Tables:
    """Every row of every table, by table; `updated_at` says nothing about data."""
    with psycopg.connect(database.admin_url, row_factory=dict_row) as connection:
        connection.execute("select set_config('search_path', %s, false)", [database.schema])
        names = connection.execute(
            "select tablename from pg_tables where schemaname = %s and tablename !~ 'migrations'",
            [database.schema],
        ).fetchall()
        return {row["tablename"]: _rows(connection, row["tablename"]) for row in names}


def _rows(connection: psycopg.Connection[DictRow], table: str) -> list[DictRow]:
    found = connection.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))
    return [{name: row[name] for name in row if name != "updated_at"} for row in found]


def lost(before: Tables, after: Tables) -> list[str]:
    """Rows that are no longer there with the values they had."""
    return [
        f"{table}: {row}"
        for table, rows in before.items()
        for row in rows
        if not any(_same(row, other) for other in after.get(table, []))
    ]


def _same(row: DictRow, other: DictRow) -> bool:
    return all(name in other and other[name] == value for name, value in row.items())


def test_nothing_is_lost_on_the_way_up_down_and_up(first_release: EnvironmentDatabase) -> None:
    before = rows_of(first_release)
    assert len(before) == 10
    assert min(map(len, before.values())) >= 3
    later = len(list(VERSIONS.glob("*.sql"))) - FIRST_RELEASE
    assert run("migrate", first_release.owner_url).status == 0
    assert lost(before, rows_of(first_release)) == []
    for _ in range(later):
        answer = run("rollback", first_release.owner_url)
        assert answer.status == 0, answer.output
    assert rows_of(first_release).keys() == before.keys()
    assert lost(before, rows_of(first_release)) == []
    answer = run("migrate", first_release.owner_url)
    assert answer.status == 0, answer.output
    assert lost(before, rows_of(first_release)) == []


def test_the_books_of_the_first_release_still_balance(first_release: EnvironmentDatabase) -> None:
    assert run("migrate", first_release.owner_url).status == 0
    tables = rows_of(first_release)
    for person in tables["users"]:
        amounts = [
            row["amount_credits"]
            for row in tables["credit_ledger"]
            if row["user_id"] == person["id"]
        ]
        assert person["credit_balance"] == sum(amounts)
    balances = sorted(person["credit_balance"] for person in tables["users"])
    assert balances == [90, 90, 90, 100, 100]
