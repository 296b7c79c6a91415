"""Passwords: right, wrong, of nobody, and hashes of older parameters."""

from __future__ import annotations

import psycopg
from argon2 import PasswordHasher

from services.kernel.db import Database
from services.user.access import TokenIssuer
from services.user.actions.count_attempts import CountAttempts
from services.user.actions.open_session import OpenSession
from services.user.actions.sign_in import SignIn
from services.user.client import Client
from services.user.passwords import Passwords
from tests.servers.people import AUDIENCE, ISSUER, TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase


async def test_only_the_right_password_of_somebody_matches() -> None:
    passwords = Passwords()
    stored = await passwords.hash("a password")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$"), "OWASP's least"
    assert await passwords.matches(stored, "a password")
    assert not await passwords.matches(stored, "another")
    assert not await passwords.matches("", "a password")
    assert not await passwords.matches("not a hash", "a password")


async def test_an_older_hash_is_renewed_at_sign_in(
    database: Database, environment_database: EnvironmentDatabase, tokens: TokenPress
) -> None:
    user_id = add_person(environment_database)
    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("a password")
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute("update users set password_hash = %s where id = %s", [older, user_id])
    issuer = TokenIssuer(tokens.key, issuer=ISSUER, audience=AUDIENCE, lifetime_seconds=60)
    passwords = Passwords()
    signing_in = SignIn(
        database, passwords, CountAttempts(database), OpenSession(issuer, 3_600), False
    )
    client = Client.of("10.9.8.7", "a browser\x00 with a long name " * 30)
    await signing_in.run(email=f"{user_id}@example.com", password="a password", client=client)
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select password_hash, user_agent from users join sessions on user_id = users.id"
            " where users.id = %s",
            [user_id],
        ).fetchone()
    assert row is not None
    assert row[0] != older
    assert not passwords.is_outdated(row[0])
    assert len(row[1]) == 300
