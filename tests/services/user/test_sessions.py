"""Sign-up, sign-in, renewal and sign-out, over HTTP and a real database."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import psycopg
import pytest

from services.user.settings import UserSettings
from tests.servers.people import AUDIENCE, ISSUER, TokenPress
from tests.servers.postgres import EnvironmentDatabase

PASSWORD = "correct horse battery"
Reply = dict[str, Any]


def new_email() -> str:
    return f"{uuid4()}@Example.com"


async def sign_up(client: httpx.AsyncClient, email: str) -> Reply:
    answer = await client.post(
        "/v1/auth/sign-up", json={"email": email, "password": PASSWORD, "display_name": "Ada"}
    )
    assert answer.status_code == 201, answer.text
    reply: Reply = answer.json()
    return reply


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/v1/auth/refresh", json={"refresh_token": token})


async def test_signing_up_gives_a_session_and_no_credits(
    client: httpx.AsyncClient, tokens: TokenPress, environment_database: EnvironmentDatabase
) -> None:
    email = new_email()
    reply = await sign_up(client, f" {email} ")
    assert reply["user"]["email"] == email.lower()
    assert (reply["user"]["role"], reply["user"]["tier"]) == ("user", "free")
    assert (reply["token_type"], reply["expires_in"]) == ("Bearer", 900)
    claims = jwt.decode(
        reply["access_token"], tokens.key.public, ["EdDSA"], audience=AUDIENCE, issuer=ISSUER
    )
    assert claims["sub"] == reply["user"]["id"]
    assert claims["exp"] - claims["iat"] == 900
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select credit_balance, password_hash from users where id = %s", [claims["sub"]]
        ).fetchone()
    assert row is not None
    assert row[0] == 0
    assert row[1].startswith("$argon2id$")


async def test_an_address_has_one_account(client: httpx.AsyncClient) -> None:
    email = new_email()
    await sign_up(client, email)
    body = {"email": email.upper(), "password": PASSWORD}
    again = await client.post("/v1/auth/sign-up", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "user.email_taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b\x00c.d"},
        {"email": "a" * 65 + "@b.c"},
        {"password": "short"},
        {"password": "x" * 257},
        {"password": "a long pass phrase \ud800"},
        {"display_name": "a\x00b"},
        {"display_name": "\ud800"},
        {"role": "admin"},
        {"credit_balance": 100},
        {"tier": "studio"},
    ],
)
async def test_a_malformed_or_presumptuous_sign_up_is_refused(
    client: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    body = {"email": new_email(), "password": PASSWORD, **wrong}
    escaped = json.dumps(body)  # a lone surrogate is legal here, in UTF-8 it is not
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/auth/sign-up", content=escaped, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sign-in", {"email": "ada@example.com", "password": "a long pass phrase \ud800"}),
        ("refresh", {"refresh_token": "\udfff"}),
        ("sign-out", {"refresh_token": "\udfff"}),
    ],
)
async def test_half_a_surrogate_pair_is_no_secret(
    client: httpx.AsyncClient, path: str, body: dict[str, str]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post(f"/v1/auth/{path}", content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert "pass phrase" not in answer.text


async def test_signing_in_does_not_tell_whether_an_account_exists(
    client: httpx.AsyncClient,
) -> None:
    email = new_email()
    await sign_up(client, email)
    wrong = await client.post("/v1/auth/sign-in", json={"email": email, "password": "wrong"})
    unknown = await client.post(
        "/v1/auth/sign-in", json={"email": new_email(), "password": PASSWORD}
    )
    bodies = [dict(answer.json(), request_id="") for answer in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 401
    assert bodies[0] == bodies[1]
    right = await client.post(
        "/v1/auth/sign-in", json={"email": email.upper(), "password": PASSWORD}
    )
    assert right.status_code == 200


async def test_a_refresh_token_works_once_and_its_second_use_ends_the_family(
    client: httpx.AsyncClient,
) -> None:
    first = (await sign_up(client, new_email()))["refresh_token"]
    second = (await refresh(client, first)).json()["refresh_token"]
    third = (await refresh(client, second)).json()["refresh_token"]
    stolen = await refresh(client, first)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "user.session_ended")
    assert (await refresh(client, third)).status_code == 401


async def test_ending_one_family_leaves_others(client: httpx.AsyncClient) -> None:
    email = new_email()
    here = (await sign_up(client, email))["refresh_token"]
    body = {"email": email, "password": PASSWORD}
    there = (await client.post("/v1/auth/sign-in", json=body)).json()["refresh_token"]
    gone = await client.post("/v1/auth/sign-out", json={"refresh_token": here})
    assert gone.status_code == 204
    assert (await refresh(client, here)).status_code == 401
    assert (await refresh(client, there)).status_code == 200
    unknown = await client.post("/v1/auth/sign-out", json={"refresh_token": "unknown"})
    assert unknown.status_code == 204


async def test_unknown_and_expired_refresh_tokens_are_refused(
    client: httpx.AsyncClient, environment_database: EnvironmentDatabase
) -> None:
    assert (await refresh(client, "unknown")).status_code == 401
    reply = await sign_up(client, new_email())
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update sessions set expires_at = now() where user_id = %s", [reply["user"]["id"]]
        )
    assert (await refresh(client, reply["refresh_token"])).status_code == 401


async def test_somebody_gone_can_neither_sign_in_nor_renew(
    client: httpx.AsyncClient, environment_database: EnvironmentDatabase
) -> None:
    email = new_email()
    reply = await sign_up(client, email)
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update users set deleted_at = now() where id = %s", [reply["user"]["id"]]
        )
    body = {"email": email, "password": PASSWORD}
    assert (await client.post("/v1/auth/sign-in", json=body)).status_code == 401
    assert (await refresh(client, reply["refresh_token"])).status_code == 401
    headers = {"Authorization": f"Bearer {reply['access_token']}"}
    assert (await client.get("/v1/users/me", headers=headers)).status_code == 404


async def test_one_reads_oneself(client: httpx.AsyncClient) -> None:
    reply = await sign_up(client, new_email())
    headers = {"Authorization": f"Bearer {reply['access_token']}"}
    me = await client.get("/v1/users/me", headers=headers)
    assert me.json() == reply["user"]
    assert UUID(me.json()["id"])
    assert "password" not in me.text


async def test_the_published_key_verifies_tokens(
    client: httpx.AsyncClient, settings: UserSettings
) -> None:
    published = await client.get("/.well-known/jwks.json")
    assert published.headers["Cache-Control"] == "public, max-age=300"
    (entry,) = published.json()["keys"]
    assert set(entry) == {"crv", "kty", "x", "kid", "use", "alg"}, "no private part"
    token = (await sign_up(client, new_email()))["access_token"]
    assert jwt.get_unverified_header(token)["kid"] == entry["kid"]
    jwt.decode(token, jwt.PyJWK(entry), ["EdDSA"], audience=settings.token_audience)


async def test_each_kind_of_token_opens_only_its_own_door(client: httpx.AsyncClient) -> None:
    reply = await sign_up(client, new_email())
    headers = {"Authorization": f"Bearer {reply['refresh_token']}"}
    misused = await client.get("/v1/users/me", headers=headers)
    assert (misused.status_code, misused.json()["code"]) == (401, "access.token_refused")
    assert (await refresh(client, reply["access_token"])).status_code in {401, 422}
    assert (await refresh(client, reply["refresh_token"])).status_code == 200
