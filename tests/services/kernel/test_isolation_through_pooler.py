"""Isolation as it is in production: the real app role, many people on few server connections.

The check itself is tested too: each leak that is planted here must be found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from services.kernel.db import Database, DatabaseUnavailable
from services.kernel.sql import Query
from services.migrations.dbmate import run as run_dbmate
from tests.servers import pgbouncer as pgbouncer_server
from tests.servers.people import add_person
from tests.servers.pgbouncer import SERVER_CONNECTIONS, PgBouncer
from tests.servers.postgres import EnvironmentDatabase, Postgres, create_environment, running
from tests.services.kernel.healing import healed
from tests.services.kernel.planting import plant
from tests.services.kernel.trespass import leaks, tables_of

pytestmark = pytest.mark.skipif(
    pgbouncer_server.program() is None, reason="needs Debian's pgbouncer"
)

ROLES = ("pingvas_dev_app", "pingvas_dev_system", "pingvas_prod_app")
CROWD = 200
FEW = 4
WHO = Query("who", "select id, pg_backend_pid() as server_connection from users")
ADD_ALBUM = Query("add_album", "insert into albums (user_id, name) values (%(user_id)s, 'one')")

PLANTED: dict[str, tuple[str, set[str]]] = {
    "security off": (
        "alter table sessions disable row level security",
        {"sessions: read: touched 3 rows"},
    ),
    "policy replaced": (
        """drop policy albums_tenant on albums;
        create policy albums_tenant on albums to pingvas_dev_app using (true)""",
        {
            "albums: read: touched 3 rows",
            "albums: change: touched 3 rows",
            "albums: delete: touched 3 rows",
            "albums: write: UniqueViolation",
        },
    ),
    "one policy too many": (
        "create policy late on images for select to pingvas_dev_app using (deleted_at is null)",
        {"images: read: touched 3 rows"},
    ),
    "foreign rows let in": (
        "create policy open on generation_jobs for insert to public with check (true)",
        {"generation_jobs: write: UniqueViolation"},
    ),
    "rows given away": (
        """grant update (user_id) on generation_jobs to pingvas_dev_app;
        alter table generation_jobs disable row level security""",
        {"generation_jobs: give: touched 1 rows", "generation_jobs: write: UniqueViolation"},
    ),
    "a new table": (
        """create table notes as select id as user_id from users;
        grant select on notes to pingvas_dev_app""",
        {"notes: read: touched 3 rows"},
    ),
    "a new table of nobody": (
        "create table gossip (words text); grant select on gossip to pingvas_dev_app",
        {"gossip: read: touched 0 rows"},
    ),
    "a view": (
        """create view faces as select id as user_id, email from users;
        grant select on faces to pingvas_dev_app""",
        {"faces: read: touched 3 rows"},
    ),
    "an open door of the system's": (
        "grant select on one_time_tokens, attempts to pingvas_dev_app",
        {"attempts: read: touched 0 rows"},
    ),
    "an open door of the system's, without security": (
        """grant select on one_time_tokens to pingvas_dev_app;
        alter table one_time_tokens disable row level security""",
        {"one_time_tokens: read: touched 3 rows"},
    ),
    "a right to empty": (
        "grant truncate on api_keys to pingvas_dev_app",
        {"api_keys: empty: touched -1 rows"},
    ),
}


@pytest.fixture
def pooler(
    postgres: Postgres, environment_database: EnvironmentDatabase, tmp_path: Path
) -> Iterator[PgBouncer]:
    with pgbouncer_server.running(postgres, tmp_path, *ROLES) as pooler:
        yield pooler


@pytest.fixture
def pooled(pooler: PgBouncer, environment_database: EnvironmentDatabase) -> EnvironmentDatabase:
    return pooler.in_front_of(environment_database)


@pytest.fixture
def spoilt(postgres: Postgres, pooler: PgBouncer) -> EnvironmentDatabase:
    """A database of one test's own, to plant leaks in."""
    database = create_environment(postgres, database=f"spoilt_{uuid4().hex}")
    assert run_dbmate("migrate", database.owner_url).status == 0
    return pooler.in_front_of(database)


@pytest.fixture
def people(spoilt: EnvironmentDatabase) -> list[UUID]:
    return plant(spoilt, FEW)


def change(database: EnvironmentDatabase, statement: str) -> None:
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(f"set search_path = {database.schema}; {statement}".encode())


async def test_nobody_reaches_anybodys_row_in_any_table(spoilt: EnvironmentDatabase) -> None:
    people = plant(spoilt, CROWD)
    tables = tables_of(spoilt)
    owned = {table.name: table for table in tables if table.owner_column}
    assert owned.keys() >= {"users", "generation_jobs", "images", "credit_ledger", "sessions"}
    assert not [name for name, table in owned.items() if not set(people) <= table.rows.keys()]
    assert not [table.name for table in tables if table.is_blind]
    assert [table.name for table in tables if table.is_closed], "the system's own are among them"
    assert await leaks(spoilt.app_url, tables, people) == set()


async def test_without_a_leak_nothing_is_found(
    spoilt: EnvironmentDatabase, people: list[UUID]
) -> None:
    assert await leaks(spoilt.app_url, tables_of(spoilt), people) == set()


@pytest.mark.parametrize("name", PLANTED)
async def test_a_planted_leak_is_found(
    spoilt: EnvironmentDatabase, people: list[UUID], name: str
) -> None:
    statements, found = PLANTED[name]
    change(spoilt, statements)
    leaked = await leaks(spoilt.app_url, tables_of(spoilt), people)
    assert found <= leaked
    assert tables_in(leaked) == tables_in(found)


def tables_in(leaks: set[str]) -> set[str]:
    return {leak.partition(":")[0] for leak in leaks}


DEFINERS = """
    select p.proname from pg_proc p
    where p.pronamespace = %(schema)s::regnamespace and p.prosecdef
        and has_function_privilege(%(app)s, p.oid, 'execute')
"""
KNOWN_DEFINERS: set[str] = set()
"""Functions with the owner's rights that people may call; say of each why it shows nothing."""


def test_no_function_lends_people_the_rights_of_the_owner(
    environment_database: EnvironmentDatabase,
) -> None:
    names = {"schema": environment_database.schema, "app": ROLES[0]}
    with psycopg.connect(environment_database.admin_url) as admin:
        found = {row[0] for row in admin.execute(DEFINERS, names).fetchall()}
    assert found == KNOWN_DEFINERS


async def test_a_person_left_on_a_server_connection_is_found(
    spoilt: EnvironmentDatabase, people: list[UUID]
) -> None:
    with psycopg.connect(spoilt.app_url, autocommit=True) as careless:
        careless.execute("select set_config('pingvas.user_id', %s, false)", [str(people[0])])
    leaked = await leaks(spoilt.app_url, tables_of(spoilt), people)
    assert any(leak.endswith(": read: touched 1 rows") for leak in leaked)


async def test_a_search_path_left_behind_opens_no_other_environment(
    postgres: Postgres, pooler: PgBouncer, environment_database: EnvironmentDatabase
) -> None:
    """Each role has server connections of its own, and no right in the other's schema."""
    dev = pooler.in_front_of(environment_database)
    prod = pooler.in_front_of(create_environment(postgres, "prod"))
    assert run_dbmate("migrate", prod.owner_url).status == 0
    with psycopg.connect(dev.app_url, autocommit=True) as careless:
        careless.execute("set search_path = prod_pingvas")
        with pytest.raises(psycopg.errors.UndefinedTable):
            careless.execute("select from users")

    async def where() -> str:
        async with await psycopg.AsyncConnection.connect(prod.app_url) as connection:
            row = await (await connection.execute("show search_path")).fetchone()
            return str(row and row[0])

    assert set(await asyncio.gather(*(where() for _ in range(10)))) == {"prod_pingvas"}


async def test_the_kernels_door_shares_few_connections_among_many_people(
    pooled: EnvironmentDatabase,
) -> None:
    people = [add_person(pooled) for _ in range(CROWD)]
    door = Database(pooled.app_url, pooled.system_url, app_connections=40)

    async def look(person: UUID) -> int:
        async with door.tenant(person) as connection:
            await connection.execute(ADD_ALBUM, user_id=person)
            (row,) = await connection.fetch_all(WHO)
            assert row["id"] == person
            return int(row["server_connection"])

    await door.open()
    try:
        server_connections = set(await asyncio.gather(*map(look, people)))
        async with door.system() as connection:
            seen = {row["id"] for row in await connection.fetch_all(WHO)}
    finally:
        await door.close()
    assert 1 < len(server_connections) <= SERVER_CONNECTIONS
    assert set(people) <= seen


@pytest.mark.parametrize("app_connections", [40, 2])
async def test_single_trips_of_many_people_share_few_connections(
    pooled: EnvironmentDatabase, app_connections: int
) -> None:
    """With two, most go in a round trip with others.

    Debian's pooler keeps no prepared statements apart: the door finds out and goes on.
    """
    people = [add_person(pooled) for _ in range(CROWD)]
    door = Database(pooled.app_url, pooled.system_url, app_connections=app_connections)

    async def look(person: UUID) -> int:
        await door.tenant_once(person, ADD_ALBUM, user_id=person)
        (row,) = await door.tenant_once(person, WHO)
        assert row["id"] == person
        return int(row["server_connection"])

    await door.open()
    try:
        server_connections = set(await asyncio.gather(*map(look, people)))
        seen = {row["id"] for row in await door.system_once(WHO)}
    finally:
        await door.close()
    assert 1 < len(server_connections) <= SERVER_CONNECTIONS
    assert set(people) <= seen


async def test_the_door_sees_its_own_person_on_a_connection_where_another_was_left(
    spoilt: EnvironmentDatabase, people: list[UUID]
) -> None:
    with psycopg.connect(spoilt.app_url, autocommit=True) as careless:
        careless.execute("select set_config('pingvas.user_id', %s, false)", [str(people[0])])
    door = Database(spoilt.app_url, spoilt.system_url)
    await door.open()
    async with door.tenant(people[1]) as connection:
        assert [row["id"] for row in await connection.fetch_all(WHO)] == [people[1]]
    await door.close()


async def test_the_door_heals_when_the_server_or_the_pooler_was_away(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("server", "pooler")]
    for folder in folders:
        folder.mkdir()
    with running(folders[0]) as server:
        database = create_environment(server)
        with pgbouncer_server.running(server, folders[1], *ROLES) as pooler:
            pooled = pooler.in_front_of(database)
            door = Database(pooled.app_url, pooled.system_url, patience_s=1.0)
            await door.open()
            await door.ping()
            for part, arguments in ((server, ()), (pooler, ROLES)):
                await asyncio.to_thread(part.kill)
                with pytest.raises(DatabaseUnavailable):
                    await door.ping()
                await asyncio.to_thread(part.start, *arguments)
                await healed(door)
            await door.close()
