"""Whoever keeps renewing while a sign-in is ended, in any way there is, has ended too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import psycopg
import pytest

from services.kernel.db import Database
from services.user.actions.appoint_administrator import AppointAdministrator
from services.user.passwords import Passwords
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import CHEAP, Arrive
from tests.services.user.visitors import PASSWORD, SignedIn, Visitor

ROUNDS = 8
RENEWING = 3
NEXT = "a new long password"


@dataclass(frozen=True)
class Scene:
    """Who renews, who ends it, and the rows that tell whether it has ended."""

    visitor: Visitor
    thief: Visitor
    admin: SignedIn
    database: Database
    environment: EnvironmentDatabase
    rows: psycopg.Connection[tuple[str]]

    async def person(self) -> SignedIn:
        """Somebody new, signed in once."""
        user_id = add_person(self.environment)
        password_hash = await Passwords(**CHEAP).hash(PASSWORD)
        self.rows.execute(
            "update users set password_hash = %s, email_verified_at = now() where id = %s",
            [password_hash, user_id],
        )
        return await self.visitor.enter(f"{user_id}@example.com")

    def living(self, person: SignedIn) -> set[str]:
        """The sign-ins of a person that can be renewed."""
        found = self.rows.execute(
            "select distinct family_id::text from sessions"
            " where user_id = %s and revoked_at is null and expires_at > now()",
            [person.id],
        )
        return {family for (family,) in found}


@pytest.fixture
async def scene(
    arrive: Arrive, environment_database: EnvironmentDatabase, database: Database
) -> AsyncIterator[Scene]:
    visitor, thief = arrive(), arrive(user_agent="a thief")
    email = await visitor.verified()
    with psycopg.connect(environment_database.system_url, autocommit=True) as rows:
        rows.execute("update users set role = 'admin' where email = %s", [email])
        admin = await visitor.enter(email)
        yield Scene(visitor, thief, admin, database, environment_database, rows)


End = Callable[[Scene, SignedIn, Sequence[str]], Awaitable[object]]


async def sign_out(scene: Scene, _here: SignedIn, tokens: Sequence[str]) -> None:
    for each in tokens:
        await scene.visitor.post("sign-out", refresh_token=each)


async def reuse(scene: Scene, _here: SignedIn, tokens: Sequence[str]) -> None:
    for each in tokens:
        assert (await scene.thief.refresh(each)).status_code == 401


async def end_each(scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    listed = (await here.call("GET", "/v1/sessions")).json()["items"]
    for other in (each["id"] for each in listed if not each["is_current"]):
        assert (await here.call("DELETE", f"/v1/sessions/{other}")).status_code == 204


async def end_others(_scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    assert (await here.call("DELETE", "/v1/sessions")).status_code == 204


async def change_password(_scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    body = {"old_password": PASSWORD, "new_password": NEXT}
    assert (await here.call("POST", "/v1/users/me/password", body)).status_code == 204


async def reset(scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    await scene.visitor.post("password-reset", email=here.email)
    token = await scene.visitor.mailbox.token(here.email)
    done = await scene.visitor.post("password-reset/confirm", token=token, password=NEXT)
    assert done.status_code == 204


async def disable(scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    done = await scene.admin.call("PATCH", f"/v1/users/{here.id}", {"disabled": True})
    assert done.status_code == 200


async def promote(scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    done = await scene.admin.call("PATCH", f"/v1/users/{here.id}", {"role": "admin"})
    assert done.status_code == 200


async def delete(_scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    done = await here.call("POST", "/v1/users/me/deletion", {"password": PASSWORD})
    assert done.status_code == 202


async def appoint(scene: Scene, here: SignedIn, _tokens: Sequence[str]) -> None:
    await AppointAdministrator(scene.database, Passwords(**CHEAP)).run(here.email, NEXT)


@pytest.mark.parametrize("end", [sign_out, reuse, end_each, end_others, change_password])
async def test_only_the_sign_in_that_asks_outlives_the_end_of_others(
    scene: Scene, end: End
) -> None:
    for _ in range(ROUNDS):
        here = await scene.person()
        (kept,) = scene.living(here)
        await end_amid_renewals(scene, here, end)
        assert scene.living(here) == {kept}


@pytest.mark.parametrize("end", [reset, disable, promote, delete, appoint])
async def test_nobody_outlives_the_end_of_all_sign_ins(scene: Scene, end: End) -> None:
    for _ in range(ROUNDS):
        here = await scene.person()
        await end_amid_renewals(scene, here, end)
        assert scene.living(here) == set()


async def end_amid_renewals(scene: Scene, here: SignedIn, end: End) -> None:
    """The tokens given to `end` are used ones of sign-ins that keep renewing."""
    used = [(await scene.visitor.enter(here.email)).reply["refresh_token"] for _ in range(RENEWING)]
    over = asyncio.Event()

    async def renew(token: str) -> None:
        while True:
            answer = await scene.visitor.refresh(token)
            if over.is_set() or answer.status_code == 401:
                return
            token = answer.json()["refresh_token"]

    next_ones = [(await scene.visitor.refresh(each)).json()["refresh_token"] for each in used]
    async with asyncio.timeout(20), asyncio.TaskGroup() as renewing:
        for each in next_ones:
            renewing.create_task(renew(each))
        await asyncio.sleep(0.01)
        await end(scene, here, used)
        over.set()
