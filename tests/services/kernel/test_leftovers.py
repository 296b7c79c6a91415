"""A transaction leaves no person behind on its connection, for whoever comes next on it.

Directly and through a pooler, where the next one may be anybody. A setting of the session instead
of the transaction is found here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from services.kernel.db import Database, DatabaseRefused, Row
from services.kernel.sql import Query
from tests.servers import pgbouncer as pgbouncer_server
from tests.servers.postgres import EnvironmentDatabase, Postgres

ROLES = ("pingvas_dev_app", "pingvas_dev_system")
WHO = Query(
    "who",
    "select coalesce(current_setting('pingvas.user_id', true), '') as person,"
    " pg_backend_pid() as server_connection",
)
WRONG = Query("wrong", "select 1 / 0")
Use = Callable[[Database, UUID], Awaitable[Row]]


@pytest.fixture(params=["direct", "pooled"])
def urls(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    environment_database: EnvironmentDatabase,
    tmp_path: Path,
) -> Iterator[EnvironmentDatabase]:
    if request.param == "direct":
        yield environment_database
        return
    if pgbouncer_server.program() is None:
        pytest.skip("needs Debian's pgbouncer")
    with pgbouncer_server.running(postgres, tmp_path, *ROLES) as pooler:
        yield pooler.in_front_of(environment_database)


@pytest.fixture
async def door(urls: EnvironmentDatabase) -> AsyncIterator[Database]:
    """One connection of each role, so that all share it."""
    door = Database(urls.app_url, urls.system_url, app_connections=1, system_connections=1)
    await door.open()
    yield door
    await door.close()


async def block(door: Database, person: UUID) -> Row:
    async with door.tenant(person) as connection:
        return await connection.fetch_only(WHO)


async def trip(door: Database, person: UUID) -> Row:
    (row,) = await door.tenant_once(person, WHO)
    return row


async def failing_block(door: Database, person: UUID) -> Row:
    found: list[Row] = []

    async def fail() -> None:
        async with door.tenant(person) as connection:
            found.append(await connection.fetch_only(WHO))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    return found[0]


async def refused_trip(door: Database, person: UUID) -> Row:
    row = await trip(door, person)
    with pytest.raises(DatabaseRefused):
        await door.tenant_once(person, WRONG)
    return row


USES = [block, trip, failing_block, refused_trip]


async def nobody(door: Database) -> Row:
    """The app role's connection, used without a person."""
    async with door._app.connection() as link:
        row = await (await link.execute(WHO.text.encode())).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("use", USES)
async def test_a_use_without_a_person_sees_none(door: Database, use: Use) -> None:
    person = uuid4()
    seen = await use(door, person)
    assert seen["person"] == str(person)
    assert await nobody(door) == {**seen, "person": ""}, "the same server connection"


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("later", [block, trip])
async def test_the_next_person_is_alone_and_leaves_nothing_either(
    door: Database, use: Use, later: Use
) -> None:
    first, second = uuid4(), uuid4()
    seen = await use(door, first)
    assert await later(door, second) == {**seen, "person": str(second)}
    assert await nobody(door) == {**seen, "person": ""}


@pytest.mark.parametrize("use", USES)
async def test_another_client_of_the_same_connection_sees_no_person(
    door: Database, urls: EnvironmentDatabase, use: Use
) -> None:
    """Through the pooler it is given the server connection that was used last."""
    seen = await use(door, uuid4())
    with psycopg.connect(urls.app_url, autocommit=True, row_factory=dict_row) as client:
        row = client.execute(WHO.text.encode()).fetchone()
    assert row is not None
    assert row["person"] == ""
    direct = urls.admin_url.rpartition("@")[2].partition("/")[0] in urls.app_url
    assert (row["server_connection"] == seen["server_connection"]) is not direct


@pytest.mark.parametrize("use", USES)
async def test_the_system_sees_no_person(door: Database, use: Use) -> None:
    await use(door, uuid4())
    async with door.system() as connection:
        assert (await connection.fetch_only(WHO))["person"] == ""
    (row,) = await door.system_once(WHO)
    assert row["person"] == ""
