"""Row security, logged in as the real roles: nobody reaches another person's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.servers.people import add_people_with_rows, add_person
from tests.servers.postgres import EnvironmentDatabase

TENANT_TABLES = (
    "users", "sessions", "api_keys", "subscriptions", "credit_ledger", "generation_jobs",
    "images", "albums",
)  # fmt: skip
Connection = psycopg.Connection[tuple[object, ...]]


@contextmanager
def tenant(database: EnvironmentDatabase, user_id: UUID | None) -> Iterator[Connection]:
    with psycopg.connect(database.app_url) as connection:
        if user_id is not None:
            connection.execute("select set_config('pingvas.user_id', %s, true)", [str(user_id)])
        yield connection


def count(connection: Connection, table: str) -> int:
    row = connection.execute(
        sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    ).fetchone()
    assert row is not None
    assert isinstance(row[0], int)
    return row[0]


@pytest.fixture(scope="module")
def owner_of_rows(environment_database: EnvironmentDatabase) -> UUID:
    """A person with one row in every tenant table."""
    (user_id,) = add_people_with_rows(environment_database, 1)
    return user_id


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_tenant_reads_its_own_rows_and_nobody_elses(
    environment_database: EnvironmentDatabase, owner_of_rows: UUID, table: str
) -> None:
    with tenant(environment_database, owner_of_rows) as connection:
        assert count(connection, table) == 1
    with tenant(environment_database, add_person(environment_database)) as connection:
        assert count(connection, table) == (1 if table == "users" else 0)
    with tenant(environment_database, None) as connection:
        assert count(connection, table) == 0
    with psycopg.connect(environment_database.owner_url) as connection:
        assert count(connection, table) == 0, "the owner is subject to row security too"


def test_every_table_has_forced_row_security(environment_database: EnvironmentDatabase) -> None:
    with psycopg.connect(environment_database.admin_url) as connection:
        rows = connection.execute(
            "select relname, relrowsecurity and relforcerowsecurity from pg_class"
            " where relnamespace = %s::regnamespace and relkind = 'r'",
            [environment_database.schema],
        ).fetchall()
    assert {name for name, forced in rows if not forced} == {"schema_migrations"}
    assert len(rows) > len(TENANT_TABLES)


def test_the_setting_ends_with_its_transaction(
    environment_database: EnvironmentDatabase, owner_of_rows: UUID
) -> None:
    with tenant(environment_database, owner_of_rows) as connection:
        assert count(connection, "images") == 1
        connection.commit()
        assert count(connection, "images") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into albums (user_id, name) values (%(other)s, 'theirs')",
        (
            "insert into generation_jobs (user_id, checkpoint, parameters, cost_credits)"
            " values (%(other)s, 'tiny', '{}', 0)"
        ),
        (
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%(other)s, 'hold', -1, 'hold:theirs')"
        ),
        (
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%(me)s, 'grant', 100, 'grant:mine')"
        ),
        (
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%(me)s, 'release', 100, 'settle:mine')"
        ),
        "update users set credit_balance = 100 where id = %(me)s",
        "update users set role = 'admin' where id = %(me)s",
        "update credit_ledger set amount_credits = 0",
        "delete from credit_ledger",
        "update generation_jobs set cost_credits = 0",
        "update images set user_id = %(me)s",
        (
            "insert into images (user_id, job_id, position, object_key, width, height, size_bytes,"
            " sha256) values (%(me)s, %(me)s, 0, 'x', 8, 8, 1, '')"
        ),
        "update checkpoints set enabled = false",
        "select payload from webhook_events",
        "select password_hash from users",
        "select refresh_token_hash from sessions",
        "select key_hash from api_keys",
        "select version from schema_migrations",
        "select release_credits(%(me)s, %(me)s)",
        "create table loot (id int)",
        "create temporary table users (id uuid, credit_balance bigint)",
    ],
)
def test_the_app_role_may_not(
    environment_database: EnvironmentDatabase, owner_of_rows: UUID, statement: str
) -> None:
    me = add_person(environment_database)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        tenant(environment_database, me) as connection,
    ):
        connection.execute(statement.encode(), {"me": me, "other": owner_of_rows})


@pytest.mark.parametrize(
    "statement",
    [
        "update users set credit_balance = 100",
        "update credit_ledger set amount_credits = 0",
        "delete from credit_ledger",
        "delete from users",
        "truncate credit_ledger",
        "select version from schema_migrations",
    ],
)
def test_the_system_role_may_not(environment_database: EnvironmentDatabase, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        psycopg.connect(environment_database.system_url) as connection,
    ):
        connection.execute(statement.encode())


def test_an_image_cannot_lie_in_another_persons_album(
    environment_database: EnvironmentDatabase, owner_of_rows: UUID
) -> None:
    other = add_person(environment_database)
    with tenant(environment_database, other) as connection:
        row = connection.execute(
            "insert into albums (user_id, name) values (%s, 'theirs') returning id", [other]
        ).fetchone()
    assert row is not None
    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        tenant(environment_database, owner_of_rows) as connection,
    ):
        connection.execute("update images set album_id = %s", [row[0]])


def test_deleting_an_album_keeps_its_images(
    environment_database: EnvironmentDatabase, owner_of_rows: UUID
) -> None:
    with tenant(environment_database, owner_of_rows) as connection:
        connection.execute("update images set album_id = (select id from albums limit 1)")
        connection.execute("delete from albums")
        assert count(connection, "images") == 1
        connection.rollback()


def test_everybody_reads_checkpoints(environment_database: EnvironmentDatabase) -> None:
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "insert into checkpoints (name, family, source, sha256, size_bytes, width, height)"
            " values ('readable', 'sd', 'tiny', repeat('a', 64), 1, 64, 64)"
        )
    with tenant(environment_database, None) as connection:
        names = {name for (name,) in connection.execute("select name from checkpoints")}
    assert "readable" in names
