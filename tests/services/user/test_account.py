"""One's own account: name and language, password, address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.user.visitors import PASSWORD, Visitor, code_of, new_email

NEXT = "the next long password"


async def test_one_reads_and_changes_oneself(visitor: Visitor) -> None:
    session = await visitor.enter()
    me = await session.call("GET", "/v1/users/me")
    assert me.json() == session.reply["user"]
    assert "password" not in me.text
    wanted = {"display_name": "에이다", "language": "ko"}
    changed = await session.call("PATCH", "/v1/users/me", wanted)
    assert changed.json() == {**me.json(), **wanted}
    only_name = await session.call("PATCH", "/v1/users/me", {"display_name": ""})
    assert (only_name.json()["display_name"], only_name.json()["language"]) == ("", "ko")
    await visitor.post("password-reset", email=session.email)
    assert (await visitor.mailbox.of(session.email))[-1]["Subject"] == "새 비밀번호를 정해 주세요"


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "admin"},
        {"tier": "studio"},
        {"email": "other@example.com"},
        {"email_verified_at": "2026-01-01T00:00:00Z"},
        {"credit_balance": 1},
        {"disabled_at": None},
        {"id": "00000000-0000-0000-0000-000000000000"},
        {"language": "de"},
        {"display_name": "x" * 101},
        {"display_name": "a\u0000b"},
        {"display_name": ["x"]},
    ],
)
async def test_nothing_else_can_be_changed(visitor: Visitor, wrong: dict[str, Any]) -> None:
    session = await visitor.enter()
    answer = await session.call("PATCH", "/v1/users/me", wrong)
    assert code_of(answer) == (422, "request.invalid")
    assert (await session.call("GET", "/v1/users/me")).json() == session.reply["user"]


async def test_another_password_needs_the_old_one_and_ends_other_sessions(
    visitor: Visitor,
) -> None:
    here = await visitor.enter()
    there = await visitor.enter(here.email)
    wrong = {"old_password": "a wrong password", "new_password": NEXT}
    refused = await here.call("POST", "/v1/users/me/password", wrong)
    assert code_of(refused) == (403, "user.password_wrong")
    right = {"old_password": PASSWORD, "new_password": NEXT}
    assert (await here.call("POST", "/v1/users/me/password", right)).status_code == 204
    assert (await visitor.refresh(there.reply["refresh_token"])).status_code == 401
    assert (await visitor.refresh(here.reply["refresh_token"])).status_code == 200
    assert (await visitor.sign_in(here.email)).status_code == 401
    assert (await visitor.sign_in(here.email, NEXT)).status_code == 200
    assert (await visitor.mailbox.kinds(here.email))[-1] == "password_changed"


async def test_guessing_the_old_password_is_slowed_down_too(visitor: Visitor) -> None:
    session = await visitor.enter()
    wrong = {"old_password": "a wrong password", "new_password": NEXT}
    for _ in range(5):
        answer = await session.call("POST", "/v1/users/me/password", wrong)
        assert answer.status_code == 403
    answer = await session.call("POST", "/v1/users/me/deletion", {"password": PASSWORD})
    assert code_of(answer) == (429, "user.too_many_attempts")


async def test_another_address_must_be_proven_first(visitor: Visitor) -> None:
    session, email = await visitor.enter(), new_email()
    refused = await session.call("POST", "/v1/users/me/email", {"email": email, "password": "x"})
    assert code_of(refused) == (403, "user.password_wrong")
    asked = await session.call("POST", "/v1/users/me/email", {"email": email, "password": PASSWORD})
    assert (asked.status_code, asked.json()) == (202, {"status": "accepted"})
    assert (await session.call("GET", "/v1/users/me")).json()["email"] == session.email
    token = await visitor.mailbox.token(email)
    assert (await visitor.post("email-change/confirm", token=token)).status_code == 204
    again = await visitor.post("email-change/confirm", token=token)
    assert code_of(again) == (400, "user.token_invalid")
    assert (await session.call("GET", "/v1/users/me")).json()["email"] == email
    assert (await visitor.sign_in(email)).status_code == 200
    assert (await visitor.sign_in(session.email)).status_code == 401
    assert (await visitor.mailbox.kinds(session.email))[-1] == "address_changed"


async def test_a_taken_address_is_not_told_but_its_owner_is(visitor: Visitor) -> None:
    session, owner = await visitor.enter(), await visitor.verified()
    body = {"email": owner, "password": PASSWORD}
    asked = await session.call("POST", "/v1/users/me/email", body)
    assert (asked.status_code, asked.json()) == (202, {"status": "accepted"})
    assert (await visitor.mailbox.kinds(owner))[-1] == "address_taken"


async def test_an_address_that_was_taken_meanwhile_is_not_taken_twice(visitor: Visitor) -> None:
    session, email = await visitor.enter(), new_email()
    body = {"email": email, "password": PASSWORD}
    await session.call("POST", "/v1/users/me/email", body)
    token = await visitor.mailbox.token(email)
    await visitor.verified(email)
    refused = await visitor.post("email-change/confirm", token=token)
    assert code_of(refused) == (400, "user.token_invalid")
    assert (await session.call("GET", "/v1/users/me")).json()["email"] == session.email
