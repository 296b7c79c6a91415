"""The door to PostgreSQL: whose rows, what commits, how refusals look, how it heals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.kernel.db import Database, DatabaseRefused, DatabaseUnavailable, Jsonb
from services.kernel.sql import Query
from services.migrations.dbmate import run as run_dbmate
from tests.servers import postgres as postgres_server
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase, Postgres
from tests.services.kernel.healing import healed

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


class TestOneTrip:
    """A statement as a whole transaction: what it sees, what undoes it, how it is prepared."""

    HOLD = Query(
        "hold",
        """insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
        values (%(user_id)s, %(job_id)s, 'hold', 0, %(key)s)""",
    )
    ECHO = Query(
        "echo",
        """select %(number)s::int as number, %(number)s::int + 1 as next, %(text)s::text as text,
        %(names)s::text[] as names, %(tree)s::jsonb as tree, %(none)s::uuid as none, 7 %% 4 as rest,
        'epoch'::timestamptz as since, 1.5::numeric as half""",
    )
    LEFT = Query("left", "select current_setting('pingvas.user_id', true) as left_behind")
    PREPARED = Query("prepared", "select count(*) as count from pg_prepared_statements")

    async def test_it_sees_its_person_and_leaves_nothing_behind(
        self, environment_database: EnvironmentDatabase
    ) -> None:
        people = [add_person(environment_database) for _ in range(10)]
        urls = environment_database.app_url, environment_database.system_url
        door = Database(*urls, app_connections=1)
        await door.open()
        try:
            rows = await asyncio.gather(*(door.tenant_once(each, PEOPLE) for each in people))
            assert rows == [[{"id": each}] for each in people]
            async with door._app.connection() as link:
                cursor = await link.execute(self.LEFT.text.encode())
                assert await cursor.fetchone() in ({"left_behind": ""}, {"left_behind": None})
        finally:
            await door.close()

    async def test_it_commits_and_answers_with_no_rows_when_there_are_none(
        self, database: Database, person: UUID
    ) -> None:
        assert await database.tenant_once(person, ADD_ALBUM, user_id=person, name="kept") == []
        assert await database.tenant_once(person, ALBUMS) == [{"name": "kept"}]

    async def test_values_come_back_as_they_went(self, database: Database) -> None:
        tree = {"a": [1, None, "ü"]}
        for number in (3, 70_000):
            rows = await database.system_once(
                self.ECHO,
                number=number,
                text="'; --",
                names=["x", "y"],
                tree=Jsonb(tree),
                none=None,
            )
            assert rows == [
                {
                    "number": number,
                    "next": number + 1,
                    "text": "'; --",
                    "names": ["x", "y"],
                    "tree": tree,
                    "none": None,
                    "rest": 3,
                    "since": datetime(1970, 1, 1, tzinfo=UTC),
                    "half": Decimal("1.5"),
                }
            ]

    async def test_a_constraint_that_is_looked_at_last_undoes_it_all(
        self, database: Database, person: UUID
    ) -> None:
        for _ in range(2):
            with pytest.raises(DatabaseRefused) as refused:
                await database.tenant_once(
                    person, self.HOLD, user_id=person, job_id=uuid4(), key=str(uuid4())
                )
            assert refused.value.sqlstate == "23503"
            assert refused.value.constraint == "credit_ledger_job_id_fkey"
        left = Query("left", "select from credit_ledger")
        assert await database.tenant_once(person, left) == []

    async def test_a_refusal_names_its_state_and_the_connection_stays_good(
        self, database: Database, person: UUID
    ) -> None:
        email = f"{uuid4()}@example.com"
        assert len(await database.system_once(ADD_USER, email=email)) == 1
        for _ in range(2):
            with pytest.raises(DatabaseRefused) as refused:
                await database.system_once(ADD_USER, email=email)
            assert (refused.value.sqlstate, refused.value.constraint) == (
                "23505",
                "users_email_key",
            )
            assert email not in str(refused.value)
        other = uuid4()
        with pytest.raises(DatabaseRefused) as refused:
            await database.tenant_once(person, ADD_ALBUM, user_id=other, name="foreign")
        assert refused.value.sqlstate == "42501"
        with pytest.raises(DatabaseRefused) as refused:
            await database.tenant_once(person, Query("wrong", "selec 1"))
        assert refused.value.sqlstate == "42601"
        assert await database.tenant_once(person, PEOPLE) == [{"id": person}]

    async def test_statements_are_prepared_once_for_each_connection(
        self, environment_database: EnvironmentDatabase, person: UUID
    ) -> None:
        urls = environment_database.app_url, environment_database.system_url
        door = Database(*urls, app_connections=1)
        await door.open()
        try:
            counts = [(await door.tenant_once(person, self.PREPARED))[0]["count"] for _ in range(3)]
            async with door._app.connection() as link:
                await link.execute(b"deallocate all")
            assert await door.tenant_once(person, PEOPLE) == [{"id": person}]
            assert await door.tenant_once(person, PEOPLE) == [{"id": person}]
        finally:
            await door.close()
        assert counts == [2, 2, 2], "the person's name and the statement"

    async def test_a_cancelled_trip_gives_no_broken_connection_back(
        self, environment_database: EnvironmentDatabase, person: UUID
    ) -> None:
        urls = environment_database.app_url, environment_database.system_url
        door = Database(*urls, app_connections=1)
        await door.open()
        slow = Query("slow", "select pg_sleep(30) is null as slept")
        try:
            task = asyncio.create_task(door.tenant_once(person, slow))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await door.tenant_once(person, PEOPLE) == [{"id": person}]
        finally:
            await door.close()


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

    async def test_a_restart_is_not_noticed_by_the_next_single_trip(
        self, server: Postgres, door: Database
    ) -> None:
        word = Query("word", "select %(word)s::text as word")
        await asyncio.gather(*(door.tenant_once(uuid4(), word, word="well") for _ in range(9)))
        await asyncio.to_thread(server.kill)
        with pytest.raises(DatabaseUnavailable):
            await door.tenant_once(uuid4(), word, word="away")
        await asyncio.to_thread(server.start)
        await healed(door)
        assert await door.tenant_once(uuid4(), word, word="well") == [{"word": "well"}]

    async def test_an_outage_is_told_and_heals(self, server: Postgres, door: Database) -> None:
        await door.ping()
        await asyncio.to_thread(server.kill)
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                await door.ping()
        await asyncio.to_thread(server.start)
        await healed(door)
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
        await healed(door)
        await door.close()

    @staticmethod
    async def _use_many_connections(door: Database) -> None:
        async def use() -> None:
            async with door.tenant(uuid4()) as connection:
                await connection.fetch_one(ONE, word="well")
                await asyncio.sleep(0.01)

        await asyncio.gather(*(use() for _ in range(12)))
