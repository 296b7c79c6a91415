"""API keys: shown once, stored as a hash, one's own only, and not for everything."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.contracts import api_keys
from services.user.actions.manage_api_keys import AT_MOST
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.visitors import PASSWORD, Reply, SignedIn, Visitor, code_of


async def create(session: SignedIn, name: str = "nightly batch") -> Reply:
    answer = await session.call("POST", "/v1/api-keys", {"name": name})
    assert answer.status_code == 201, answer.text
    reply: Reply = answer.json()
    return reply


async def by_key(visitor: Visitor, key: str, method: str, path: str) -> httpx.Response:
    body = {"name": "x"} if method == "POST" else None
    return await visitor.http.request(method, path, json=body, headers={"X-API-Key": key})


async def test_a_key_is_shown_once_and_opens_the_door(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    session = await visitor.enter()
    made = await create(session)
    assert api_keys.API_KEY.fullmatch(made["key"])
    assert made["key"].startswith(made["prefix"] + "_")
    me = await by_key(visitor, made["key"], "GET", "/v1/users/me")
    assert me.json()["id"] == session.id
    listed = await session.call("GET", "/v1/api-keys")
    (shown,) = listed.json()["items"]
    assert shown["last_used_at"] is not None
    assert made["key"] not in listed.text
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select key_hash from api_keys where id = %s", [made["id"]]
        ).fetchone()
    assert row == (api_keys.hash_of(made["key"]),)


async def test_a_revoked_key_is_gone(visitor: Visitor) -> None:
    session = await visitor.enter()
    made = await create(session)
    path = f"/v1/api-keys/{made['id']}"
    assert (await session.call("DELETE", path)).status_code == 204
    assert (await by_key(visitor, made["key"], "GET", "/v1/users/me")).status_code == 401
    assert code_of(await session.call("DELETE", path)) == (404, "user.api_key_unknown")
    assert (await session.call("GET", "/v1/api-keys")).json() == {"items": []}


async def test_a_key_manages_neither_keys_nor_the_account(visitor: Visitor) -> None:
    session = await visitor.enter()
    key = (await create(session))["key"]
    for method, path in (
        ("POST", "/v1/api-keys"),
        ("GET", "/v1/api-keys"),
        ("GET", "/v1/sessions"),
        ("DELETE", "/v1/sessions"),
        ("PATCH", "/v1/users/me"),
        ("GET", "/v1/users/me/export"),
        ("POST", "/v1/users/me/password"),
        ("POST", "/v1/users/me/deletion"),
        ("GET", "/v1/users/me/identities"),
    ):
        answer = await by_key(visitor, key, method, path)
        assert code_of(answer) == (403, "access.person_required"), path
    assert code_of(await by_key(visitor, key, "GET", "/v1/users")) == (403, "access.admin_required")


async def test_nobody_sees_or_revokes_anothers_key(visitor: Visitor) -> None:
    mine, theirs = await visitor.enter(), await visitor.enter()
    made = await create(theirs)
    tried = await mine.call("DELETE", f"/v1/api-keys/{made['id']}")
    unknown = await mine.call("DELETE", f"/v1/api-keys/{uuid4()}")
    assert code_of(tried) == code_of(unknown) == (404, "user.api_key_unknown")
    assert (await mine.call("GET", "/v1/api-keys")).json() == {"items": []}
    assert (await by_key(visitor, made["key"], "GET", "/v1/users/me")).status_code == 200


async def test_twenty_keys_are_enough_also_when_asked_for_at_once(visitor: Visitor) -> None:
    session = await visitor.enter()
    for _ in range(AT_MOST - 2):
        await create(session)
    answers = await asyncio.gather(
        *(session.call("POST", "/v1/api-keys", {"name": "x"}) for _ in range(5))
    )
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409, 409]
    refused = next(each for each in answers if each.status_code == 409)
    assert code_of(refused) == (409, "user.too_many_api_keys")
    assert len((await session.call("GET", "/v1/api-keys")).json()["items"]) == AT_MOST


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"name": "a\nb"},
        {"name": "x", "prefix": "pv_dev_mine0000"},
        {"name": "x", "user_id": str(uuid4())},
        {"name": "x", "key": PASSWORD},
        {},
    ],
)
async def test_an_odd_or_presumptuous_key_is_refused(
    visitor: Visitor, wrong: dict[str, str]
) -> None:
    session = await visitor.enter()
    answer = await session.call("POST", "/v1/api-keys", wrong)
    assert code_of(answer) == (422, "request.invalid")
