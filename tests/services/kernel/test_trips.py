"""Transactions that go together in one round trip: each by itself, whatever the others do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from services.kernel.db import Database, DatabaseRefused, DatabaseUnavailable, trips
from services.kernel.db.trips import WAITING_AT_MOST
from services.kernel.sql import Query
from tests.servers import postgres as postgres_server
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.kernel.healing import healed

ADD_ALBUM = Query("add_album", "insert into albums (user_id, name) values (%(user_id)s, %(name)s)")
ALBUMS = Query("albums", "select name from albums order by name")
HOLD = Query(
    "hold",
    """insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    values (%(user_id)s, %(job_id)s, 'hold', 0, %(key)s)""",
)
SLOW = Query("slow", "select pg_sleep(%(seconds)s) is null as slept")
INFINITE = Query("infinite", "select 'infinity'::timestamptz as moment")
LONG = Query("long", "select ('[' || repeat('9', 5000) || ']')::jsonb as numbers")
LOCKED = Query("locked", "select from users where id = %(id)s for no key update")
UNKNOWN = Query("unknown", "select from no_such_table")
NOTHING = Query("nothing", "select 1 / %(number)s::int as quotient")


@pytest.fixture
async def door(environment_database: EnvironmentDatabase) -> AsyncIterator[Database]:
    """All of a person's trips go over one connection."""
    door = Database(
        environment_database.app_url, environment_database.system_url, app_connections=1
    )
    await door.open()
    yield door
    await door.close()


async def outcomes(*trips: Awaitable[object]) -> list[object]:
    """Answers and refusals, in order; begun at the same moment."""
    return await asyncio.gather(*trips, return_exceptions=True)


async def test_one_that_is_undone_takes_no_other_with_it(
    door: Database, environment_database: EnvironmentDatabase
) -> None:
    people = [add_person(environment_database) for _ in range(6)]
    found = await outcomes(
        *(door.tenant_once(each, ADD_ALBUM, user_id=each, name="first") for each in people),
        door.tenant_once(people[0], ADD_ALBUM, user_id=people[1], name="another's"),
        door.tenant_once(people[1], NOTHING, number=0),
        door.tenant_once(people[2], HOLD, user_id=people[2], job_id=uuid4(), key=str(uuid4())),
        door.tenant_once(people[3], ADD_ALBUM, user_id=people[3], name="no \0 text"),
        door.tenant_once(people[4], Query("wrong", "selec 1")),
        *(door.tenant_once(each, ADD_ALBUM, user_id=each, name="last") for each in people),
    )
    refused = [each for each in found if isinstance(each, DatabaseRefused)]
    assert [each.sqlstate for each in refused[:3]] == ["42501", "22012", "23503"]
    assert refused[4].sqlstate == "42601"
    assert len(refused) == 5
    assert [each for each in found if each not in refused] == [[]] * 12
    for each in people:
        assert await door.tenant_once(each, ALBUMS) == [{"name": "first"}, {"name": "last"}]


async def test_an_answer_that_cant_be_read_hurts_nobody_else(
    door: Database, environment_database: EnvironmentDatabase
) -> None:
    people = [add_person(environment_database) for _ in range(20)]
    found = await outcomes(
        door.tenant_once(people[0], ALBUMS),
        door.tenant_once(people[1], INFINITE),
        door.tenant_once(people[2], LONG),
        *(door.tenant_once(each, ADD_ALBUM, user_id=each, name="kept") for each in people),
    )
    assert found[0] == []
    assert isinstance(found[1], DatabaseRefused)
    assert isinstance(found[2], ValueError)
    assert found[3:] == [[]] * 20
    assert await door.tenant_once(people[19], ALBUMS) == [{"name": "kept"}]


async def test_a_statement_that_cant_be_prepared_ends_it_for_no_other(
    door: Database, environment_database: EnvironmentDatabase
) -> None:
    person = add_person(environment_database)
    found = await outcomes(
        door.tenant_once(person, ALBUMS), *(door.tenant_once(person, UNKNOWN) for _ in range(3))
    )
    assert [each.sqlstate for each in found if isinstance(each, DatabaseRefused)] == ["42P01"] * 3
    assert door._app_trips._prepares


async def test_who_was_answered_before_a_locked_one_is_told(
    environment_database: EnvironmentDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trips, "LONGEST_TRIP_S", 0.5)
    door = Database(
        environment_database.app_url, environment_database.system_url, app_connections=1
    )
    await door.open()
    first, locked, last = (add_person(environment_database) for _ in range(3))
    with psycopg.connect(environment_database.admin_url) as holder:
        holder.execute(f"set search_path = {environment_database.schema}".encode())
        holder.execute("select from users where id = %s for update", [locked])
        found = await outcomes(
            door.tenant_once(first, SLOW, seconds=0.1),
            door.tenant_once(first, ADD_ALBUM, user_id=first, name="kept"),
            door.tenant_once(locked, LOCKED, id=locked),
        )
    assert found[1] == []
    assert isinstance(found[2], DatabaseUnavailable)
    assert await door.tenant_once(last, ALBUMS) == []
    await door.close()


async def test_whoever_gave_up_waiting_leaves_nothing(
    door: Database, environment_database: EnvironmentDatabase
) -> None:
    person = add_person(environment_database)
    slow = asyncio.create_task(door.tenant_once(person, SLOW, seconds=0.3))
    await asyncio.sleep(0)
    gone, patient = (
        asyncio.create_task(door.tenant_once(person, ADD_ALBUM, user_id=person, name=name))
        for name in ("gone", "patient")
    )
    await asyncio.sleep(0.05)
    gone.cancel()
    await outcomes(slow, gone, patient)
    assert gone.cancelled()
    assert await door.tenant_once(person, ALBUMS) == [{"name": "patient"}]


async def test_no_more_wait_than_can_be_served_soon(
    door: Database, environment_database: EnvironmentDatabase
) -> None:
    person = add_person(environment_database)
    found = await outcomes(
        door.tenant_once(person, SLOW, seconds=0.3),
        *(door.tenant_once(person, ALBUMS) for _ in range(WAITING_AT_MOST + 3)),
    )
    away = [each for each in found if isinstance(each, DatabaseUnavailable)]
    assert len(away) == 3
    assert found.count([]) == WAITING_AT_MOST


async def test_a_server_that_dies_under_many_is_told_to_each(tmp_path: Path) -> None:
    with postgres_server.running(tmp_path) as server:
        door = Database(server.admin_url, server.admin_url, app_connections=2, patience_s=0.5)
        await door.open()
        person: UUID = uuid4()
        await door.tenant_once(person, NOTHING, number=1)
        trips = [
            asyncio.create_task(door.tenant_once(person, SLOW, seconds=0.2)) for _ in range(30)
        ]
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.kill)
        found = await outcomes(*trips)
        assert all(isinstance(each, list | DatabaseUnavailable) for each in found)
        assert any(isinstance(each, DatabaseUnavailable) for each in found)
        await asyncio.to_thread(server.start)
        await healed(door)
        assert await door.tenant_once(person, NOTHING, number=1) == [{"quotient": 1}]
        await door.close()
