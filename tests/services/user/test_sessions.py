"""Sessions: sign-in, renewal, reuse, the list of them, and who may end which."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import jwt
import psycopg
import pytest

from services.user.settings import UserSettings
from tests.servers.people import AUDIENCE, ISSUER, TokenPress
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import Arrive
from tests.services.user.visitors import PASSWORD, Visitor, code_of, new_email, without_request

SHORT = "\udfff"


async def test_a_session_names_itself_in_its_tokens(visitor: Visitor, tokens: TokenPress) -> None:
    session = await visitor.enter()
    reply = session.reply
    assert (reply["token_type"], reply["expires_in"]) == ("Bearer", 900)
    claims = jwt.decode(
        reply["access_token"], tokens.key.public, ["EdDSA"], audience=AUDIENCE, issuer=ISSUER
    )
    assert claims["sub"] == session.id
    assert claims["exp"] - claims["iat"] == 900
    listed = (await session.call("GET", "/v1/sessions")).json()["items"]
    assert [(each["id"], each["is_current"]) for each in listed] == [(claims["sid"], True)]
    assert listed[0]["user_agent"] == "tests"


async def test_signing_in_does_not_tell_whether_an_account_exists(visitor: Visitor) -> None:
    known, unverified = await visitor.verified(), new_email()
    await visitor.sign_up(unverified)
    answers = [
        await visitor.sign_in(known, "wrong"),
        await visitor.sign_in(new_email()),
        await visitor.sign_in(unverified),
        await visitor.sign_in(unverified, "wrong"),
    ]
    assert {each.status_code for each in answers} == {401}
    first, *others = (without_request(each) for each in answers)
    assert all(each == first for each in others)
    assert (await visitor.sign_in(known.upper())).status_code == 200


async def test_a_refresh_token_works_once_and_its_second_use_ends_the_family(
    visitor: Visitor,
) -> None:
    first = (await visitor.enter()).reply["refresh_token"]
    second = (await visitor.refresh(first)).json()["refresh_token"]
    third = (await visitor.refresh(second)).json()["refresh_token"]
    assert len({first, second, third}) == 3
    stolen = await visitor.refresh(first)
    assert code_of(stolen) == (401, "user.session_ended")
    assert (await visitor.refresh(third)).status_code == 401


async def test_two_tabs_that_renew_at_once_get_the_same_successor(visitor: Visitor) -> None:
    session = await visitor.enter()
    first = session.reply["refresh_token"]
    answers = await asyncio.gather(*(visitor.refresh(first) for _ in range(4)))
    assert {each.status_code for each in answers} == {200}
    successors = {each.json()["refresh_token"] for each in answers}
    assert len(successors) == 1
    assert (await visitor.refresh(successors.pop())).status_code == 200


async def test_the_grace_is_for_the_same_client_and_for_seconds(
    arrive: Arrive, environment_database: EnvironmentDatabase
) -> None:
    here = arrive(user_agent="a browser")
    thief = arrive(user_agent="another")
    first = (await here.enter()).reply["refresh_token"]
    second = (await here.refresh(first)).json()["refresh_token"]
    assert (await thief.refresh(first)).status_code == 401
    assert (await here.refresh(second)).status_code == 401, "the family has ended"

    session = await here.enter()
    first = session.reply["refresh_token"]
    second = (await here.refresh(first)).json()["refresh_token"]
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update sessions set revoked_at = revoked_at - interval '11 seconds'"
            " where user_id = %s",
            [session.id],
        )
    assert (await here.refresh(first)).status_code == 401
    assert (await here.refresh(second)).status_code == 401


async def test_a_grace_does_not_outlive_its_family(visitor: Visitor) -> None:
    first = (await visitor.enter()).reply["refresh_token"]
    second = (await visitor.refresh(first)).json()["refresh_token"]
    assert (await visitor.post("sign-out", refresh_token=second)).status_code == 204
    assert (await visitor.refresh(first)).status_code == 401


async def test_ending_one_family_leaves_others(visitor: Visitor) -> None:
    here = await visitor.enter()
    there = (await visitor.enter(here.email)).reply["refresh_token"]
    gone = await visitor.post("sign-out", refresh_token=here.reply["refresh_token"])
    assert gone.status_code == 204
    assert (await visitor.refresh(here.reply["refresh_token"])).status_code == 401
    assert (await visitor.refresh(there)).status_code == 200
    assert (await visitor.post("sign-out", refresh_token="unknown")).status_code == 204


async def test_unknown_and_expired_refresh_tokens_are_refused(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    assert (await visitor.refresh("unknown")).status_code == 401
    session = await visitor.enter()
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update sessions set expires_at = now() where user_id = %s", [session.id]
        )
    assert (await visitor.refresh(session.reply["refresh_token"])).status_code == 401


async def test_one_ends_another_of_ones_sign_ins(visitor: Visitor) -> None:
    here = await visitor.enter()
    there = await visitor.enter(here.email)
    listed = (await here.call("GET", "/v1/sessions")).json()["items"]
    (other,) = (each["id"] for each in listed if not each["is_current"])
    assert (await here.call("DELETE", f"/v1/sessions/{other}")).status_code == 204
    again = await here.call("DELETE", f"/v1/sessions/{other}")
    assert code_of(again) == (404, "user.session_unknown")
    assert (await visitor.refresh(there.reply["refresh_token"])).status_code == 401
    assert code_of(await there.call("GET", "/v1/sessions")) == (401, "user.session_ended")
    assert (await visitor.refresh(here.reply["refresh_token"])).status_code == 200


async def test_one_ends_all_other_sign_ins(visitor: Visitor) -> None:
    here = await visitor.enter()
    others = [await visitor.enter(here.email) for _ in range(2)]
    assert (await here.call("DELETE", "/v1/sessions")).status_code == 204
    for other in others:
        assert (await visitor.refresh(other.reply["refresh_token"])).status_code == 401
    assert len((await here.call("GET", "/v1/sessions")).json()["items"]) == 1


async def test_nobody_ends_or_sees_anothers_session(visitor: Visitor) -> None:
    mine, theirs = await visitor.enter(), await visitor.enter()
    listed = (await theirs.call("GET", "/v1/sessions")).json()["items"]
    tried = await mine.call("DELETE", f"/v1/sessions/{listed[0]['id']}")
    unknown = await mine.call("DELETE", f"/v1/sessions/{uuid4()}")
    assert code_of(tried) == code_of(unknown) == (404, "user.session_unknown")
    assert (await mine.call("DELETE", "/v1/sessions")).status_code == 204
    assert (await theirs.call("GET", "/v1/sessions")).json()["items"] == listed


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sign-in", {"email": "ada@example.com", "password": SHORT}),
        ("sign-in", {"email": "ada@example.com", "password": "x" * 257}),
        ("sign-in", {"email": "ada@example.com", "password": PASSWORD, "role": "admin"}),
        ("refresh", {"refresh_token": SHORT}),
        ("refresh", {"refresh_token": "x" * 201}),
        ("sign-out", {"refresh_token": SHORT}),
        ("verification/confirm", {"token": "a b"}),
        ("verification/confirm", {"token": SHORT}),
    ],
)
async def test_what_is_no_secret_is_refused_without_being_repeated(
    visitor: Visitor, path: str, body: dict[str, str]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await visitor.http.post(f"/v1/auth/{path}", content=json.dumps(body), headers=headers)
    assert code_of(answer) == (422, "request.invalid")
    assert PASSWORD not in answer.text


async def test_the_published_key_verifies_tokens(visitor: Visitor, settings: UserSettings) -> None:
    published = await visitor.http.get("/.well-known/jwks.json")
    assert published.headers["Cache-Control"] == "public, max-age=300"
    (entry,) = published.json()["keys"]
    assert set(entry) == {"crv", "kty", "x", "kid", "use", "alg"}, "no private part"
    token = (await visitor.enter()).reply["access_token"]
    assert jwt.get_unverified_header(token)["kid"] == entry["kid"]
    jwt.decode(token, jwt.PyJWK(entry), ["EdDSA"], audience=settings.token_audience)
