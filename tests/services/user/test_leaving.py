"""Export and deletion of one's data: complete, without secrets, and of oneself only."""

from __future__ import annotations

import json
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from services.kernel.db import Database
from services.user.actions.delete_account import PurgeAccounts
from services.user.actions.forget_leftovers import ForgetLeftovers
from tests.servers.people import TokenPress, add_job, add_people_with_rows, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.visitors import PASSWORD, SignedIn, Visitor, code_of

SECRET_COLUMNS = {"password_hash", "refresh_token_hash", "key_hash", "successor_salt", "subject"}


async def test_an_export_has_every_table_and_no_secret(
    visitor: Visitor, tokens: TokenPress, environment_database: EnvironmentDatabase
) -> None:
    mine, other = add_people_with_rows(environment_database, 2)
    answer = await visitor.http.get("/v1/users/me/export", headers=tokens.headers(mine))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    exported = answer.json()
    expected = tables_of_people(environment_database)
    assert set(exported) == expected
    assert {"users", "sessions", "api_keys", "generation_jobs", "images"} <= expected
    for table in ("users", "sessions", "api_keys", "generation_jobs", "images", "credit_ledger"):
        assert len(exported[table]) == 1, table
        assert not SECRET_COLUMNS & set(exported[table][0])
    assert str(other) not in answer.text
    assert exported["users"][0]["id"] == str(mine)
    assert exported["api_keys"][0]["prefix"] == str(mine)


def tables_of_people(database: EnvironmentDatabase) -> set[str]:
    """Every table with a column `user_id` that the app role may read something of."""
    with psycopg.connect(database.app_url) as connection:
        rows = connection.execute(
            "select distinct table_name from information_schema.column_privileges p"
            " where grantee = current_user and privilege_type = 'SELECT'"
            " and table_schema = current_schema() and exists (select from"
            " information_schema.columns c where c.table_name = p.table_name"
            " and c.table_schema = p.table_schema and c.column_name = 'user_id')"
        ).fetchall()
    return {"users"} | {name for (name,) in rows}


async def test_an_export_is_for_ones_own_eyes(visitor: Visitor) -> None:
    nobody = await visitor.http.get("/v1/users/me/export")
    assert code_of(nobody) == (401, "access.sign_in_required")


async def leave(session: SignedIn) -> None:
    answer = await session.call("POST", "/v1/users/me/deletion", {"password": PASSWORD})
    assert answer.status_code == 202, answer.text
    assert set(answer.json()) == {"purge_after"}


async def test_leaving_closes_the_account_at_once(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    session = await visitor.enter()
    key = (await session.call("POST", "/v1/api-keys", {"name": "k"})).json()["key"]
    job = add_job(environment_database, UUID(session.id))
    refused = await session.call("POST", "/v1/users/me/deletion", {"password": "wrong"})
    assert code_of(refused) == (403, "user.password_wrong")
    await leave(session)
    assert code_of(await visitor.sign_in(session.email)) == (401, "user.sign_in_refused")
    assert (await visitor.refresh(session.reply["refresh_token"])).status_code == 401
    assert code_of(await session.call("GET", "/v1/users/me")) == (404, "user.unknown")
    assert code_of(await session.call("GET", "/v1/sessions")) == (401, "user.session_ended")
    used = await visitor.http.get("/v1/users/me", headers={"X-API-Key": key})
    assert used.status_code == 401
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select status, cancel_requested_at is not null from generation_jobs where id = %s",
            [job],
        ).fetchone()
    assert row == ("queued", True)


async def test_nobody_gets_the_address_before_the_data_is_gone(visitor: Visitor) -> None:
    session = await visitor.enter()
    await leave(session)
    await visitor.sign_up(session.email)
    await visitor.post("password-reset", email=session.email)
    await visitor.post("verification", email=session.email)
    kinds = await visitor.mailbox.kinds(session.email)
    assert kinds == ["verify_address", "account_leaving", "account_leaving"]


async def test_when_the_grace_is_over_nothing_personal_is_left(
    visitor: Visitor, database: Database, environment_database: EnvironmentDatabase
) -> None:
    session = await visitor.enter()
    add_rows_of(environment_database, session.id)
    await leave(session)
    purge = PurgeAccounts(database, 30)
    while await purge.run():
        pass
    assert personal_traces(environment_database, session) != []
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "update users set deleted_at = now() - interval '31 days' where id = %s", [session.id]
        )
    assert await purge.run()
    assert not await purge.run()
    assert personal_traces(environment_database, session) == []
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select email, password_hash, purged_at is not null,"
            " (select sum(amount_credits) from credit_ledger where user_id = users.id)"
            " from users where id = %s",
            [session.id],
        ).fetchone()
    assert row == (f"deleted-{session.id}@invalid", "", True, 7)
    assert (await visitor.mailbox.kinds(session.email))[-1] == "account_deleted"
    await visitor.verified(session.email)
    assert (await visitor.enter(session.email)).id != session.id


def add_rows_of(database: EnvironmentDatabase, user_id: str) -> None:
    with psycopg.connect(database.system_url) as connection:
        connection.execute(
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%s, 'grant', 7, 'grant:' || gen_random_uuid())",
            [user_id],
        )
        connection.execute(
            "insert into identities (user_id, provider, subject, email)"
            " values (%s, 'google', gen_random_uuid()::text, 'ada@example.org')",
            [user_id],
        )
    job = add_job(database, UUID(user_id))
    with psycopg.connect(database.system_url) as connection:
        connection.execute(
            "update generation_jobs set status = 'failed', error_detail = 'ada',"
            ' parameters = \'{"prompt": "ada"}\' where id = %s',
            [job],
        )


def personal_traces(database: EnvironmentDatabase, session: SignedIn) -> list[str]:
    """Where something personal of somebody is left."""
    found = {
        "sessions": "select 1 from sessions where user_id = %(id)s",
        "api_keys": "select 1 from api_keys where user_id = %(id)s",
        "identities": "select 1 from identities where user_id = %(id)s",
        "tokens": "select 1 from one_time_tokens where user_id = %(id)s",
        "users": "select 1 from users where email = %(email)s or (id = %(id)s"
        " and display_name <> '')",
        "jobs": "select 1 from generation_jobs where user_id = %(id)s and parameters <> '{}'",
        "letters": "select 1 from letters where user_id = %(id)s",
    }
    with psycopg.connect(database.system_url) as connection:
        return [
            name
            for name, statement in found.items()
            if connection.execute(
                statement.encode(), {"id": session.id, "email": session.email}
            ).fetchone()
        ]


@pytest.mark.parametrize(
    ("table", "made", "kept"),
    [
        (
            "sessions",
            (
                "insert into sessions (user_id, refresh_token_hash, family_id, expires_at) values"
                " (%(id)s, gen_random_uuid(), gen_random_uuid(), now() - interval '8 days'),"
                " (%(id)s, gen_random_uuid(), gen_random_uuid(), now() - interval '6 days')"
            ),
            1,
        ),
        (
            "one_time_tokens",
            (
                "insert into one_time_tokens (user_id, token_hash, purpose, email, expires_at)"
                " values (%(id)s, gen_random_uuid(), 'verify_address', '', now()),"
                " (%(id)s, gen_random_uuid(), 'verify_address', '', now() + interval '1 hour')"
            ),
            1,
        ),
        (
            "letters",
            (
                "insert into letters (user_id, kind, recipient, language, created_at) values"
                " (%(id)s, 'sign_up', 'x', 'en', now() - interval '3 days')"
            ),
            0,
        ),
    ],
)
async def test_what_has_expired_is_deleted(
    database: Database, environment_database: EnvironmentDatabase, table: str, made: str, kept: int
) -> None:
    user_id = add_person(environment_database)
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(made.encode(), {"id": user_id})
    assert await ForgetLeftovers(database).run() is False
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            sql.SQL("select count(*) from {} where user_id = %s").format(sql.Identifier(table)),
            [user_id],
        ).fetchone()
    assert row == (kept,)


async def test_an_export_is_json_of_any_text(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    session = await visitor.enter()
    name = '"quoted" \\ 한글 <b>'
    await session.call("PATCH", "/v1/users/me", {"display_name": name})
    exported = json.loads((await session.call("GET", "/v1/users/me/export")).text)
    assert exported["users"][0]["display_name"] == name
