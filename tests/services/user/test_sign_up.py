"""Sign-up and verification: alike for every address, and the mail decides whose account it is."""

from __future__ import annotations

import json
from typing import Any

import httpx
import psycopg
import pytest

from services.user.main import create_app
from services.user.random_tokens import hash_of, new_token
from services.user.settings import UserSettings
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import quick
from tests.services.user.visitors import PASSWORD, Mailbox, Visitor, code_of, new_email

OTHER_PASSWORD = "another long password"


async def test_an_account_is_usable_once_its_address_is_verified(visitor: Visitor) -> None:
    email = new_email()
    await visitor.sign_up(f" {email.upper()} ")
    assert code_of(await visitor.sign_in(email)) == (401, "user.sign_in_refused")
    token = await visitor.mailbox.token(email)
    assert (await visitor.post("verification/confirm", token=token)).status_code == 204
    session = await visitor.enter(email)
    user = session.reply["user"]
    assert (user["email"], user["role"], user["tier"]) == (email, "user", "free")
    assert user["email_verified_at"] is not None
    again = await visitor.post("verification/confirm", token=token)
    assert code_of(again) == (400, "user.token_invalid")


async def test_without_verification_a_new_person_signs_in_at_once(
    settings: UserSettings, mailbox: Mailbox
) -> None:
    app = quick(create_app(settings.model_copy(update={"require_verified_email": False})))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as http,
    ):
        visitor = Visitor(http, mailbox)
        email = new_email()
        await visitor.sign_up(email)
        session = await visitor.enter(email)
        token = await mailbox.token(email)
        await visitor.post("verification/confirm", token=token)
        # The sign-up was the owner's own, so nothing of it ends.
        assert (await visitor.refresh(session.reply["refresh_token"])).status_code == 200


async def test_a_taken_address_answers_alike_and_its_owner_is_told(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    email = await visitor.verified()
    body = {"email": email, "password": OTHER_PASSWORD, "display_name": "Mallory"}
    taken = await visitor.post("sign-up", **body)
    free = await visitor.post("sign-up", **{**body, "email": new_email()})
    assert (taken.status_code, taken.json()) == (free.status_code, free.json())
    assert taken.json() == {"status": "verification_sent"}
    assert set(taken.headers) == set(free.headers)
    assert await visitor.mailbox.kinds(email) == ["verify_address", "address_taken"]
    assert code_of(await visitor.sign_in(email, OTHER_PASSWORD)) == (401, "user.sign_in_refused")
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select display_name, credit_balance from users where email = %s", [email]
        ).fetchone()
    assert row == ("Ada", 0)


async def test_the_sign_up_whose_mail_is_answered_is_the_owners(visitor: Visitor) -> None:
    """A stranger was first, and even has a session and a key of the account."""
    email = new_email()
    await visitor.sign_up(email, "the stranger's password")
    await visitor.sign_up(email, PASSWORD)
    stale, token = await visitor.mailbox.tokens(email)
    assert (await visitor.post("verification/confirm", token=token)).status_code == 204
    assert (await visitor.sign_in(email, "the stranger's password")).status_code == 401
    assert (await visitor.sign_in(email)).status_code == 200
    assert code_of(await visitor.post("verification/confirm", token=stale)) == (
        400,
        "user.token_invalid",
    )


async def test_who_came_in_by_another_sign_up_is_shut_out(
    settings: UserSettings, mailbox: Mailbox, environment_database: EnvironmentDatabase
) -> None:
    app = quick(create_app(settings.model_copy(update={"require_verified_email": False})))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as http,
    ):
        visitor = Visitor(http, mailbox)
        email = new_email()
        await visitor.sign_up(email, "the stranger's password")
        stranger = await visitor.enter(email, "the stranger's password")
        key = (await stranger.call("POST", "/v1/api-keys", {"name": "trap"})).json()["key"]
        await visitor.sign_up(email, PASSWORD)
        token = await mailbox.token(email)
        await visitor.post("verification/confirm", token=token)
        assert (await visitor.refresh(stranger.reply["refresh_token"])).status_code == 401
        assert code_of(await stranger.call("GET", "/v1/sessions")) == (401, "user.session_ended")
        with psycopg.connect(environment_database.system_url) as connection:
            row = connection.execute(
                "select revoked_at is not null from api_keys where prefix = %s",
                [key.rpartition("_")[0]],
            ).fetchone()
        assert row == (True,)


async def test_a_verification_mail_is_sent_again_to_those_who_need_it(visitor: Visitor) -> None:
    waiting, done, nobody = new_email(), await visitor.verified(), new_email()
    await visitor.sign_up(waiting)
    answers = [await visitor.post("verification", email=each) for each in (waiting, done, nobody)]
    assert [(each.status_code, each.json()) for each in answers] == [
        (202, {"status": "accepted"})
    ] * 3
    assert await visitor.mailbox.kinds(waiting) == ["verify_address"] * 2
    assert await visitor.mailbox.kinds(done) == ["verify_address"]
    assert await visitor.mailbox.kinds(nobody) == []
    token = await visitor.mailbox.token(waiting)
    assert (await visitor.post("verification/confirm", token=token)).status_code == 204
    assert (await visitor.sign_in(waiting)).status_code == 200


async def test_an_address_gets_five_mails_of_a_kind_in_an_hour(visitor: Visitor) -> None:
    email = new_email()
    await visitor.sign_up(email)
    for _ in range(7):
        assert (await visitor.post("verification", email=email)).status_code == 202
    assert len(await visitor.mailbox.kinds(email)) == 1 + 5


async def test_mails_speak_the_language_of_the_browser(visitor: Visitor) -> None:
    email = new_email()
    body = {"email": email, "password": PASSWORD, "display_name": "http://evil.example"}
    headers = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}
    await visitor.http.post("/v1/auth/sign-up", json=body, headers=headers)
    (mail,) = await visitor.mailbox.of(email)
    assert mail["Subject"] == "이메일 주소를 확인해 주세요"
    assert "evil.example" not in mail.get_content()
    token = await visitor.mailbox.token(email)
    assert f"https://pingvas.example/verify-email#token={token}" in mail.get_content()


async def test_a_token_has_one_purpose_and_a_time(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    email = new_email()
    await visitor.sign_up(email)
    token = await visitor.mailbox.token(email)
    reset = await visitor.post("password-reset/confirm", token=token, password=OTHER_PASSWORD)
    assert code_of(reset) == (400, "user.token_invalid")
    moved = await visitor.post("email-change/confirm", token=token)
    assert code_of(moved) == (400, "user.token_invalid")
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update one_time_tokens set expires_at = now()"
            " where user_id = (select id from users where email = %s)",
            [email],
        )
        stored = connection.execute(
            "select token_hash from one_time_tokens where email = %s", [email]
        ).fetchone()
    assert stored is not None
    assert token not in stored[0]
    late = await visitor.post("verification/confirm", token=token)
    assert code_of(late) == (400, "user.token_invalid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b\x00c.d"},
        {"email": "a" * 65 + "@b.c"},
        {"email": "ada@example.com\r\nBcc: all@example.com"},
        {"email": "ada@exa mple.com"},
        {"email": "a,b@example.com"},
        {"email": "ada@ex\u212aample.com"},
        {"email": "ада@example.com"},
        {"email": "a@" + "b" * 300},
        {"password": "short"},
        {"password": "x" * 257},
        {"password": "a long pass phrase \ud800"},
        {"display_name": "a\x00b"},
        {"display_name": "a\r\nBcc: x"},
        {"display_name": "a\u202eb"},
        {"display_name": "\ud800"},
        {"display_name": "x" * 101},
        {"language": "xx"},
        {"role": "admin"},
        {"credit_balance": 100},
        {"tier": "studio"},
        {"email_verified_at": "2026-01-01T00:00:00Z"},
    ],
)
async def test_a_malformed_or_presumptuous_sign_up_is_refused(
    visitor: Visitor, wrong: dict[str, Any]
) -> None:
    body = {"email": new_email(), "password": PASSWORD, **wrong}
    escaped = json.dumps(body)  # a lone surrogate is legal here, in UTF-8 it is not
    headers = {"Content-Type": "application/json"}
    answer = await visitor.http.post("/v1/auth/sign-up", content=escaped, headers=headers)
    assert code_of(answer) == (422, "request.invalid")
    assert PASSWORD not in answer.text


async def test_a_token_that_is_made_while_the_address_is_proven_changes_nothing(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    """A stranger's sign-up whose letter was written in the very moment of the owner's answer."""
    email = await visitor.verified()
    late = new_token()
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "insert into one_time_tokens"
            " (token_hash, user_id, purpose, email, password_hash, expires_at)"
            " select %s, id, 'verify_address', email, 'a stranger''s', now() + interval '1 day'"
            " from users where email = %s",
            [hash_of(late), email],
        )
    refused = await visitor.post("verification/confirm", token=late)
    assert code_of(refused) == (400, "user.token_invalid")
    assert (await visitor.sign_in(email)).status_code == 200
