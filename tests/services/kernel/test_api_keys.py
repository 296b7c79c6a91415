"""API keys at the doors: who is let in, as whom, and what a key may never do."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from services.contracts.api_keys import hash_of, issue, split
from services.kernel.access import Caller, TokenRefused
from services.kernel.access.api_keys import ApiKeys
from services.kernel.app import create_service
from services.kernel.db import Database
from services.kernel.settings import ServiceSettings
from tests.servers.application import calling
from tests.servers.people import TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.kernel.test_access import router


class Held(NamedTuple):
    owner: UUID
    key_id: UUID
    key: str


@pytest.fixture
def held(environment_database: EnvironmentDatabase) -> Held:
    """A key of an administrator."""
    owner, key_id, key = add_person(environment_database, role="admin"), uuid4(), issue("dev")
    parts = split(key)
    assert parts is not None
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "insert into api_keys (id, user_id, prefix, key_hash, name)"
            " values (%s, %s, %s, %s, %s)",
            [key_id, owner, parts[0], hash_of(key), "mine"],
        )
    return Held(owner, key_id, key)


@pytest.fixture
async def client(
    shared_settings: dict[str, Any], tokens: TokenPress
) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(port=8099, **shared_settings)
    async with calling(create_service("doors", settings, [router], keys=tokens.key)) as client:
        yield client


def change(database: EnvironmentDatabase, statement: str, *values: object) -> None:
    with psycopg.connect(database.system_url) as connection:
        connection.execute(statement.encode(), values)


async def test_a_key_lets_in_its_owner_but_only_as_a_user(
    client: httpx.AsyncClient, held: Held, tokens: TokenPress
) -> None:
    for headers in ({"Authorization": f"Bearer {held.key}"}, {"X-API-Key": held.key}):
        assert (await client.get("/v1/mine", headers=headers)).json() == str(held.owner)
        for door, code in (
            ("/v1/all", "access.admin_required"),
            ("/v1/people", "access.person_required"),
        ):
            answer = await client.get(door, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, code)
    signed_in = tokens.headers(held.owner)
    assert (await client.get("/v1/people", headers=signed_in)).status_code == 200


async def test_a_wrong_key_is_refused_whatever_is_wrong(
    client: httpx.AsyncClient, held: Held
) -> None:
    other = issue("dev")
    wrong = [held.key[:-1] + ("a" if held.key[-1] != "a" else "b"), other, "pv_nonsense", "", "x"]
    for key in wrong:
        answer = await client.get("/v1/mine", headers={"X-API-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (401, "access.token_refused")


async def test_a_key_carries_its_owners_tier_and_is_remembered_a_while(
    database: Database,
    environment_database: EnvironmentDatabase,
    held: Held,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(environment_database, "update users set tier = 'pro' where id = %s", held.owner)
    keys = ApiKeys(database)
    expected = Caller(held.owner, "user", "pro", api_key_id=held.key_id)
    assert await keys.verify(held.key) == expected
    change(
        environment_database, "update api_keys set revoked_at = now() where id = %s", held.key_id
    )
    assert await keys.verify(held.key) == expected
    later = time.monotonic() + 10.1
    monkeypatch.setattr("services.kernel.access.api_keys.time.monotonic", lambda: later)
    with pytest.raises(TokenRefused):
        await keys.verify(held.key)


@pytest.mark.parametrize(
    "end",
    [
        "update users set deleted_at = now() where id = %s",
        "update users set disabled_at = now() where id = %s",
    ],
)
async def test_the_keys_of_somebody_who_is_gone_are_refused(
    database: Database, environment_database: EnvironmentDatabase, held: Held, end: str
) -> None:
    change(environment_database, end, held.owner)
    with pytest.raises(TokenRefused):
        await ApiKeys(database).verify(held.key)


async def test_use_is_noted_with_the_right_key_only(
    database: Database, environment_database: EnvironmentDatabase, held: Held
) -> None:
    def last_used() -> object:
        with psycopg.connect(environment_database.system_url) as connection:
            row = connection.execute(
                "select last_used_at from api_keys where id = %s", [held.key_id]
            ).fetchone()
        return row and row[0]

    parts = split(held.key)
    assert parts is not None
    with pytest.raises(TokenRefused):
        await ApiKeys(database).verify(f"{parts[0]}_{'a' * 32}")
    assert last_used() is None
    await ApiKeys(database).verify(held.key)
    noted = last_used()
    assert noted is not None
    await ApiKeys(database).verify(held.key)
    assert last_used() == noted
