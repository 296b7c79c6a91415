"""Tokens that are not access tokens of this environment open nothing; equal work for all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.kernel.access import ALGORITHM, TYPE
from services.kernel.db import Database, Row, SystemConnection
from services.kernel.sql import Query
from services.user.access import SigningKey
from services.user.actions.count_attempts import CountAttempts
from services.user.actions.open_session import OpenSession
from services.user.actions.request_letter import RequestLetter
from services.user.actions.sign_in import SignIn
from services.user.actions.sign_up import SignUp
from services.user.client import Client
from services.user.errors import SignInRefused
from services.user.passwords import Passwords
from tests.servers.people import AUDIENCE, ISSUER, TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import CHEAP
from tests.services.user.visitors import PASSWORD, Visitor, code_of, new_email

FOREIGN = SigningKey(Ed25519PrivateKey.generate())


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def forged(tokens: TokenPress, user_id: UUID, header: dict[str, Any], **claims: Any) -> str:
    """A token of the right key with other headers and claims; None leaves a claim out."""
    now = int(time.time())
    right = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "role": "user",
        "tier": "free",
        "iat": now,
        "exp": now + 60,
    }
    kept = {name: value for name, value in {**right, **claims}.items() if value is not None}
    head = {"kid": tokens.key.key_id, "typ": TYPE, **header}
    return jwt.encode(kept, tokens.key.private, ALGORITHM, head)


def without_signature(tokens: TokenPress, user_id: UUID) -> str:
    claims = forged(tokens, user_id, {}).split(".")[1]
    return f"{part(json.dumps({'alg': 'none', 'typ': TYPE}).encode())}.{claims}."


def by_what_is_public(tokens: TokenPress, user_id: UUID) -> str:
    head = {"alg": "HS256", "typ": TYPE, "kid": tokens.key.key_id}
    text = f"{part(json.dumps(head).encode())}.{forged(tokens, user_id, {}).split('.')[1]}"
    secret = tokens.key.public.public_bytes_raw()
    return f"{text}.{part(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def of_a_stranger(tokens: TokenPress, user_id: UUID, kid: str) -> str:
    stranger = TokenPress(key=FOREIGN)
    return forged(stranger, user_id, {"kid": kid})


Forgery = Callable[[TokenPress, UUID], str]
FORGERIES: dict[str, Forgery] = {
    "alg none": without_signature,
    "HS256 with the public key": by_what_is_public,
    "another key": lambda t, u: of_a_stranger(t, u, FOREIGN.key_id),
    "another key under our id": lambda t, u: of_a_stranger(t, u, t.key.key_id),
    "unknown kid": lambda t, u: forged(t, u, {"kid": "x"}),
    "kid of a file": lambda t, u: forged(t, u, {"kid": "../../dev/null"}),
    "the other environment": lambda t, u: forged(t, u, {}, aud="pingvas-prod"),
    "another issuer": lambda t, u: forged(t, u, {}, iss="https://evil.example"),
    "expired": lambda t, u: forged(t, u, {}, exp=int(time.time()) - 1),
    "no expiry": lambda t, u: forged(t, u, {}, exp=None),
    "an ID token's type": lambda t, u: forged(t, u, {"typ": "JWT"}),
    "a subject that is no id": lambda t, u: forged(t, u, {}, sub="admin"),
    "a session that is no id": lambda t, u: forged(t, u, {}, sid="x"),
    "cut short": lambda t, u: forged(t, u, {})[:-3],
}


@pytest.mark.parametrize("how", FORGERIES)
async def test_a_forged_token_opens_nothing(
    visitor: Visitor, tokens: TokenPress, environment_database: EnvironmentDatabase, how: str
) -> None:
    user_id = add_person(environment_database)
    headers = {"Authorization": f"Bearer {FORGERIES[how](tokens, user_id)}"}
    answer = await visitor.http.get("/v1/users/me", headers=headers)
    assert code_of(answer) == (401, "access.token_refused")
    right = {"Authorization": f"Bearer {forged(tokens, user_id, {})}"}
    assert (await visitor.http.get("/v1/users/me", headers=right)).status_code == 200


async def test_a_token_of_a_session_that_is_not_ones_own_manages_nothing(
    visitor: Visitor, tokens: TokenPress
) -> None:
    mine, theirs = await visitor.enter(), await visitor.enter()
    claims = jwt.decode(theirs.reply["access_token"], options={"verify_signature": False})
    token = forged(tokens, UUID(mine.id), {}, sid=claims["sid"])
    headers = {"Authorization": f"Bearer {token}"}
    answer = await visitor.http.get("/v1/sessions", headers=headers)
    assert code_of(answer) == (401, "user.session_ended")


async def test_each_kind_of_token_opens_only_its_own_door(visitor: Visitor) -> None:
    session = await visitor.enter()
    refresh, access = session.reply["refresh_token"], session.reply["access_token"]
    misused = await visitor.http.get("/v1/users/me", headers={"Authorization": f"Bearer {refresh}"})
    assert code_of(misused) == (401, "access.token_refused")
    assert (await visitor.refresh(access)).status_code in {401, 422}
    await visitor.post("password-reset", email=session.email)
    mailed = await visitor.mailbox.token(session.email)
    assert (await visitor.refresh(mailed)).status_code == 401
    assert (await visitor.post("providers/redeem", code=mailed)).status_code == 400
    reset = await visitor.post("password-reset/confirm", token=refresh, password=PASSWORD)
    assert code_of(reset) == (400, "user.token_invalid")
    assert (await visitor.refresh(refresh)).status_code == 200


class Watched(Database):
    """Tells which statements were run."""

    def __init__(self, database: EnvironmentDatabase) -> None:
        super().__init__(database.app_url, database.system_url)
        self.work: list[str] = []

    @asynccontextmanager
    async def system(self) -> AsyncIterator[SystemConnection]:
        async with super().system() as connection:
            yield WatchedConnection(connection, self.work)


class WatchedConnection(SystemConnection):
    def __init__(self, connection: SystemConnection, work: list[str]) -> None:
        self._inner = connection
        self._work = work

    async def fetch_one(self, query: Query, /, **params: object) -> Row | None:
        self._work.append(query.name)
        return await self._inner.fetch_one(query, **params)

    async def fetch_all(self, query: Query, /, **params: object) -> list[Row]:
        self._work.append(query.name)
        return await self._inner.fetch_all(query, **params)

    async def execute(self, query: Query, /, **params: object) -> int:
        self._work.append(query.name)
        return await self._inner.execute(query, **params)


class WatchedPasswords(Passwords):
    """Tells which hashes were made."""

    def __init__(self, work: list[str]) -> None:
        super().__init__(**CHEAP)
        self._work = work

    def _verify(self, password_hash: str, password: str) -> bool:
        self._work.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return super()._verify(password_hash, password)

    async def hash(self, password: str) -> str:
        self._work.append("hash")
        return await super().hash(password)


@pytest.fixture
async def watched(environment_database: EnvironmentDatabase) -> AsyncIterator[Watched]:
    database = Watched(environment_database)
    await database.open()
    yield database
    await database.close()


async def test_refusing_a_sign_in_is_the_same_work_for_every_address(
    visitor: Visitor, watched: Watched, environment_database: EnvironmentDatabase
) -> None:
    known, unverified, deleted = await visitor.verified(), new_email(), await visitor.verified()
    await visitor.sign_up(unverified)
    session = await visitor.enter(deleted)
    await session.call("POST", "/v1/users/me/deletion", {"password": PASSWORD})
    opening: Any = object()
    assert not isinstance(opening, OpenSession), "no session is opened"
    passwords = WatchedPasswords(watched.work)
    signing_in = SignIn(watched, passwords, CountAttempts(watched), opening, True)
    works = []
    for email, password in (
        (known, "a wrong password"),
        (new_email(), PASSWORD),
        (unverified, PASSWORD),
        (deleted, PASSWORD),
    ):
        watched.work.clear()
        with pytest.raises(SignInRefused):
            await signing_in.run(email=email, password=password, client=Client("10.0.0.1"))
        works.append(list(watched.work))
    assert works[0] == [
        "lock_attempts", "count_attempts", "find_account_by_email",
        "$argon2id$v=19$m=64,t=1,p=1",
    ]  # fmt: skip
    assert all(work == works[0] for work in works)


async def test_signing_up_and_asking_for_mail_is_the_same_work_for_every_address(
    visitor: Visitor, watched: Watched
) -> None:
    known, client = await visitor.verified(), Client(f"10.{uuid4().int % 250}.1.1")
    passwords, counting = WatchedPasswords(watched.work), CountAttempts(watched)
    works = []
    for email in (known, new_email()):
        watched.work.clear()
        await SignUp(watched, passwords, counting).run(
            email=email, password=PASSWORD, display_name="", language="en", client=client
        )
        await RequestLetter(watched, counting).run(
            "reset_password", email=email, language="en", client=client
        )
        works.append(list(watched.work))
    assert works[0] == works[1]
    assert works[0] == [
        "lock_attempts", "count_attempts", "hash", "add_person", "add_letter",
        "lock_attempts", "count_attempts", "add_letter",
    ]  # fmt: skip
