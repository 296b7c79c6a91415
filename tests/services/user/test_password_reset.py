"""A new password by mail: one use, a short time, and everything that was open ends."""

from __future__ import annotations

import psycopg

from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.visitors import PASSWORD, Visitor, code_of, new_email

NEXT = "a new long password"


async def reset(visitor: Visitor, token: str) -> tuple[int, str]:
    answer = await visitor.post("password-reset/confirm", token=token, password=NEXT)
    return (answer.status_code, "" if answer.is_success else answer.json()["code"])


async def test_a_reset_ends_all_sessions_and_works_once(visitor: Visitor) -> None:
    session = await visitor.enter()
    key = (await session.call("POST", "/v1/api-keys", {"name": "k"})).json()["key"]
    assert (await visitor.post("password-reset", email=session.email)).status_code == 202
    token = await visitor.mailbox.token(session.email)
    assert await reset(visitor, token) == (204, "")
    assert await reset(visitor, token) == (400, "user.token_invalid")
    assert (await visitor.refresh(session.reply["refresh_token"])).status_code == 401
    assert code_of(await session.call("PATCH", "/v1/users/me", {})) == (401, "user.session_ended")
    assert (await visitor.sign_in(session.email)).status_code == 401
    assert (await visitor.sign_in(session.email, NEXT)).status_code == 200
    kinds = await visitor.mailbox.kinds(session.email)
    assert kinds == ["verify_address", "reset_password", "password_changed"]
    mine = await visitor.http.get("/v1/users/me", headers={"X-API-Key": key})
    assert mine.status_code == 200, "keys stay; the mail says to look at them"


async def test_one_reset_voids_every_other_token(visitor: Visitor) -> None:
    email = await visitor.verified()
    for _ in range(2):
        await visitor.post("password-reset", email=email)
        await visitor.mailbox.deliver()
    older, newer = (await visitor.mailbox.tokens(email))[-2:]
    assert await reset(visitor, older) == (204, "")
    assert await reset(visitor, newer) == (400, "user.token_invalid")


async def test_a_reset_asked_for_before_a_change_is_void_after_it(visitor: Visitor) -> None:
    """Also one whose letter was not sent yet."""
    session = await visitor.enter()
    await visitor.post("password-reset", email=session.email)
    body = {"old_password": PASSWORD, "new_password": NEXT}
    changed = await session.call("POST", "/v1/users/me/password", body)
    assert changed.status_code == 204
    assert "reset_password" not in await visitor.mailbox.kinds(session.email)


async def test_nobody_learns_who_has_an_account(visitor: Visitor) -> None:
    known, nobody = await visitor.verified(), new_email()
    answers = [await visitor.post("password-reset", email=each) for each in (known, nobody)]
    assert [(each.status_code, each.json()) for each in answers] == [
        (202, {"status": "accepted"})
    ] * 2
    assert await visitor.mailbox.kinds(nobody) == []
    assert await visitor.mailbox.kinds(known) == ["verify_address", "reset_password"]


async def test_a_reset_proves_the_address_and_expires(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    email = new_email()
    await visitor.sign_up(email)
    await visitor.post("password-reset", email=email)
    token = await visitor.mailbox.token(email)
    assert await reset(visitor, token) == (204, "")
    assert (await visitor.sign_in(email, NEXT)).status_code == 200
    await visitor.post("password-reset", email=email)
    late = await visitor.mailbox.token(email)
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update one_time_tokens set expires_at = now() where email = %s", [email]
        )
    assert await reset(visitor, late) == (400, "user.token_invalid")


async def test_a_disabled_account_gets_no_mail_and_its_tokens_are_void(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    email = await visitor.verified()
    await visitor.post("password-reset", email=email)
    token = await visitor.mailbox.token(email)
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute("update users set disabled_at = now() where email = %s", [email])
    assert await reset(visitor, token) == (400, "user.token_invalid")
    await visitor.post("password-reset", email=email)
    assert await visitor.mailbox.kinds(email) == ["verify_address", "reset_password"]
