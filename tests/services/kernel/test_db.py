"""The door to PostgreSQL: whose rows, what commits, how refusals look, how it heals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.kernel.db import Database, DatabaseRefused, DatabaseUnavailable
from services.kernel.sql import Query
from services.migrations.dbmate import run as run_dbmate
from tests.servers import postgres as postgres_server
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase, Postgres

PEOPLE = Query("people", "select id from users;")
ONE = Query("one", "select 1 as one, %(word)s::text as word;")
ADD_ALBUM = Query("add_album", "insert into albums (user_id, name) values (%(user_id)s, %(name)s);")
ALBUMS = Query("albums", "select name from albums order by name;")
ADD_USER = Query(
    "add_user", "insert into users (email, password_hash) values (%(email)s, 'x') returning id;"
)


@pytest.fixture
def person(environment_database: EnvironmentDatabase) -> UUID:
    return add_person(environment_database)


async def test_a_tenant_sees_itself_and_the_system_sees_all(
    database: Database, environment_database: EnvironmentDatabase, person: UUID
) -> None:
    other = add_person(environment_database)
    async with database.tenant(person) as connection:
        assert [row["id"] for row in await connection.fetch_all(PEOPLE)] == [person]
    async with database.system() as connection:
        assert {person, other} <= {row["id"] for row in await connection.fetch_all(PEOPLE)}


async def test_tenants_mixed_on_one_connection_never_see_each_other(
    environment_database: EnvironmentDatabase,
) -> None:
    people = [add_person(environment_database) for _ in range(20)]
    door = Database(
        environment_database.app_url, environment_database.system_url, app_connections=1
    )
    await door.open()

    async def look(person: UUID) -> list[UUID]:
        async with door.tenant(person) as connection:
            return [row["id"] for row in await connection.fetch_all(PEOPLE)]

    try:
        assert await asyncio.gather(*map(look, people)) == [[person] for person in people]
    finally:
        await door.close()


async def test_a_block_commits_and_a_raising_block_does_not(
    database: Database, person: UUID
) -> None:
    async with database.tenant(person) as connection:
        assert await connection.execute(ADD_ALBUM, user_id=person, name="kept") == 1

    async def fail() -> None:
        async with database.tenant(person) as connection:
            await connection.execute(ADD_ALBUM, user_id=person, name="lost")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with database.tenant(person) as connection:
        assert await connection.fetch_all(ALBUMS) == [{"name": "kept"}]


async def test_a_refusal_names_its_state_and_constraint_but_no_value(database: Database) -> None:
    email = f"{uuid4()}@example.com"
    async with database.system() as connection:
        await connection.fetch_only(ADD_USER, email=email)
    with pytest.raises(DatabaseRefused) as refused:
        async with database.system() as connection:
            await connection.fetch_only(ADD_USER, email=email)
    assert (refused.value.sqlstate, refused.value.constraint) == ("23505", "users_email_key")
    assert email not in str(refused.value)
    assert refused.value.__suppress_context__
    async with database.system() as connection:
        assert await connection.fetch_one(ONE, word="well") == {"one": 1, "word": "well"}


async def test_a_statement_without_its_row_says_which(database: Database) -> None:
    async with database.tenant(uuid4()) as connection:
        assert await connection.fetch_one(ALBUMS) is None
        with pytest.raises(LookupError, match="albums"):
            await connection.fetch_only(ALBUMS)


class TestOutage:
    """A server of its own, killed and started again under an open door."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Postgres]:
        with postgres_server.running(tmp_path) as server:
            yield server

    @pytest.fixture
    async def door(self, server: Postgres) -> AsyncIterator[Database]:
        environment = postgres_server.create_environment(server)
        assert run_dbmate("migrate", environment.owner_url).status == 0
        door = Database(environment.app_url, environment.system_url, patience_s=1.0)
        await door.open()
        yield door
        await door.close()

    async def test_a_restart_is_not_noticed_by_the_next_request(
        self, server: Postgres, door: Database
    ) -> None:
        await self._use_many_connections(door)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await self._use_many_connections(door)

    async def test_an_outage_is_told_and_heals(self, server: Postgres, door: Database) -> None:
        await door.ping()
        await asyncio.to_thread(server.kill)
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                await door.ping()
        await asyncio.to_thread(server.start)
        await self._heal(door)
        await self._use_many_connections(door)

    async def test_a_server_lost_inside_a_block_is_told(
        self, server: Postgres, door: Database
    ) -> None:
        async def lose() -> None:
            async with door.system() as connection:
                await asyncio.to_thread(server.kill)
                await connection.fetch_one(ONE, word="lost")

        with pytest.raises(DatabaseUnavailable):
            await lose()

    async def test_a_door_opens_before_its_server(self, server: Postgres) -> None:
        server.kill()
        door = Database(server.admin_url, server.admin_url, patience_s=0.2)
        await door.open()
        with pytest.raises(DatabaseUnavailable):
            await door.ping()
        await asyncio.to_thread(server.start)
        await self._heal(door)
        await door.close()

    @staticmethod
    async def _answers(door: Database) -> bool:
        try:
            await door.ping()
        except DatabaseUnavailable:
            return False
        return True

    async def _heal(self, door: Database) -> None:
        for _ in range(200):
            if await self._answers(door):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the door did not heal")

    @staticmethod
    async def _use_many_connections(door: Database) -> None:
        async def use() -> None:
            async with door.tenant(uuid4()) as connection:
                await connection.fetch_one(ONE, word="well")
                await asyncio.sleep(0.01)

        await asyncio.gather(*(use() for _ in range(12)))
