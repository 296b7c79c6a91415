"""What administrators may do with accounts, and what nobody else may."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from tests.servers.people import TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.visitors import SignedIn, Visitor, code_of


@pytest.fixture
async def admin(visitor: Visitor, environment_database: EnvironmentDatabase) -> SignedIn:
    email = await visitor.verified()
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute("update users set role = 'admin' where email = %s", [email])
    return await visitor.enter(email)


async def test_people_are_found(admin: SignedIn, visitor: Visitor) -> None:
    _, email = await visitor.verified(), await visitor.verified()
    found = await admin.call("GET", f"/v1/users?email={email.upper()}")
    (person,) = found.json()["items"]
    assert (person["email"], person["disabled_at"], person["deleted_at"]) == (email, None, None)
    assert "password" not in found.text
    first = (await admin.call("GET", "/v1/users?role=user&limit=1")).json()
    second = (
        await admin.call("GET", f"/v1/users?role=user&limit=1&cursor={first['next_cursor']}")
    ).json()
    assert first["items"][0]["id"] == person["id"]
    assert second["items"][0]["id"] != person["id"]
    admins = (await admin.call("GET", "/v1/users?role=admin&tier=free")).json()["items"]
    assert admin.id in [each["id"] for each in admins]


async def test_role_and_tier_are_changed_and_that_is_logged(
    admin: SignedIn, visitor: Visitor
) -> None:
    person = await visitor.enter()
    with capture_logs() as logs:
        changed = await admin.call(
            "PATCH", f"/v1/users/{person.id}", {"role": "admin", "tier": "pro"}
        )
    assert (changed.json()["role"], changed.json()["tier"]) == ("admin", "pro")
    (line,) = (each for each in logs if each["event"] == "person_administered")
    assert line["actor_id"] == admin.id
    assert line["user_id"] == person.id
    assert line["changed"] == {"role": "admin", "tier": "pro"}
    assert (await visitor.refresh(person.reply["refresh_token"])).status_code == 401
    with capture_logs() as logs:
        same = await admin.call("PATCH", f"/v1/users/{person.id}", {})
    assert same.json() == changed.json()
    assert "person_administered" not in [each["event"] for each in logs]
    again = await visitor.enter(person.email)
    assert again.reply["user"]["tier"] == "pro"
    assert (await again.call("GET", "/v1/users?limit=1")).status_code == 200


async def test_a_disabled_account_is_shut_and_opens_again(
    admin: SignedIn, visitor: Visitor
) -> None:
    person = await visitor.enter()
    key = (await person.call("POST", "/v1/api-keys", {"name": "k"})).json()["key"]
    path = f"/v1/users/{person.id}"
    disabled = await admin.call("PATCH", path, {"disabled": True})
    assert disabled.json()["disabled_at"] is not None
    assert code_of(await visitor.sign_in(person.email)) == (401, "user.sign_in_refused")
    assert (await visitor.refresh(person.reply["refresh_token"])).status_code == 401
    assert (await person.call("GET", "/v1/sessions")).status_code == 401
    used = await visitor.http.get("/v1/users/me", headers={"X-API-Key": key})
    assert used.status_code == 401
    enabled = await admin.call("PATCH", path, {"disabled": False})
    assert enabled.json()["disabled_at"] is None
    assert (await visitor.sign_in(person.email)).status_code == 200


async def test_an_administrator_does_not_shut_out_oneself(admin: SignedIn) -> None:
    path = f"/v1/users/{admin.id}"
    for body in ({"role": "user"}, {"disabled": True}):
        assert code_of(await admin.call("PATCH", path, body)) == (409, "user.own_account")
    assert (await admin.call("PATCH", path, {"tier": "studio"})).json()["tier"] == "studio"


async def test_only_administrators_may(
    admin: SignedIn, visitor: Visitor, environment_database: EnvironmentDatabase, tokens: TokenPress
) -> None:
    person = await visitor.enter()
    for method, path in (("GET", "/v1/users"), ("PATCH", f"/v1/users/{person.id}")):
        answer = await person.call(method, path, {"role": "admin"} if method == "PATCH" else None)
        assert code_of(answer) == (403, "access.admin_required")
        assert (await visitor.http.request(method, path)).status_code == 401
    gone = await admin.call("PATCH", f"/v1/users/{uuid4()}", {"tier": "pro"})
    assert code_of(gone) == (404, "user.unknown")
    unseen = await admin.call("GET", f"/v1/users/{add_person(environment_database)}")
    assert unseen.status_code == 405


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "owner"},
        {"tier": "god"},
        {"tier": "Pro"},
        {"tier": "x" * 41},
        {"disabled": "perhaps"},
        {"disabled": 0},
        {"email": "x@example.com"},
        {"credit_balance": 100},
        {"password_hash": "x"},
        {"email_verified_at": "2026-01-01T00:00:00Z"},
    ],
)
async def test_nothing_else_can_be_administered(
    admin: SignedIn, environment_database: EnvironmentDatabase, wrong: dict[str, Any]
) -> None:
    person: UUID = add_person(environment_database)
    answer = await admin.call("PATCH", f"/v1/users/{person}", wrong)
    assert code_of(answer) == (422, "request.invalid")


async def test_an_administrators_token_ends_with_the_session(
    admin: SignedIn, visitor: Visitor
) -> None:
    await visitor.post("sign-out", refresh_token=admin.reply["refresh_token"])
    assert code_of(await admin.call("GET", "/v1/users")) == (401, "user.session_ended")
