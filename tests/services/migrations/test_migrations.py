"""Migrations run up, again, down and up; their address never shows; failures say why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from services.migrations.dbmate import VERSIONS, address, environment, run, without_password
from tests.servers import postgres as postgres_server
from tests.servers.postgres import PASSWORD, EnvironmentDatabase, Postgres

TABLES = {
    "users", "sessions", "api_keys", "subscriptions", "credit_ledger", "webhook_events",
    "generation_jobs", "images", "albums", "checkpoints",
}  # fmt: skip


@pytest.fixture
def empty_database(postgres: Postgres) -> Iterator[EnvironmentDatabase]:
    yield postgres_server.create_environment(postgres, database="pingvas_migrations")
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("drop database pingvas_migrations with (force)")


def tables_of(database: EnvironmentDatabase) -> set[str]:
    with psycopg.connect(database.admin_url) as connection:
        rows = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname !~ '^pg_|^information'"
        )
        found = {(str(schema), str(table)) for schema, table in rows}
    assert {schema for schema, _ in found} <= {database.schema}
    return {table for _, table in found} - {"schema_migrations"}


def program(verb: str, owner_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.migrations", verb],
        env={**os.environ, "PINGVAS_OWNER_DATABASE_URL": owner_url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_up_makes_the_tables_and_running_it_again_changes_nothing(
    empty_database: EnvironmentDatabase,
) -> None:
    first = program("up", empty_database.owner_url)
    assert first.returncode == 0, first.stderr
    assert tables_of(empty_database) >= TABLES
    again = program("up", empty_database.owner_url)
    assert (again.returncode, again.stdout) == (0, "up to date\n")
    assert "Pending: 0" in program("status", empty_database.owner_url).stdout


def test_every_migration_can_be_taken_back_and_made_again(
    empty_database: EnvironmentDatabase,
) -> None:
    assert run("migrate", empty_database.owner_url).status == 0
    made = tables_of(empty_database)
    for _ in list(VERSIONS.glob("*.sql")):
        assert run("rollback", empty_database.owner_url).status == 0
    assert tables_of(empty_database) == set()
    assert run("migrate", empty_database.owner_url).status == 0
    assert tables_of(empty_database) == made


def test_another_role_than_an_owner_is_refused(postgres: Postgres) -> None:
    answer = program("up", postgres.admin_url)
    assert answer.returncode == 1
    assert "pingvas_dev_owner, not postgres" in answer.stderr
    assert PASSWORD not in answer.stderr


def test_an_unreachable_server_fails_in_words_without_the_password(postgres: Postgres) -> None:
    answer = program("up", f"postgresql://pingvas_dev_owner:{PASSWORD}@127.0.0.1:1/pingvas")
    assert answer.returncode == 1
    assert answer.stderr.startswith("migrations: ")
    assert "refused" in answer.stderr
    assert PASSWORD not in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("arguments", [[], ["down"], ["up", "up"]])
def test_unknown_words_are_answered_with_the_usage(arguments: list[str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "services.migrations", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "up|status" in answer.stderr


def test_a_password_is_masked_encoded_or_not() -> None:
    words = without_password("for o:p%40ss, meant p@ss", "postgresql://o:p%40ss@127.0.0.1/d")
    assert words == "for o:***, meant ***"


def test_a_missing_address_is_named() -> None:
    answer = program("up", "")
    assert answer.returncode == 1
    assert "PINGVAS_OWNER_DATABASE_URL" in answer.stderr


def test_the_address_travels_by_environment_and_says_what_tls_is_meant() -> None:
    assert (
        address("postgresql://o:p@127.0.0.1:5/d")
        == "postgresql://o:p@127.0.0.1:5/d?sslmode=disable"
    )
    assert address("postgresql://o:p@db.example.com/d") == "postgresql://o:p@db.example.com/d"
    kept = "postgresql://o:p@127.0.0.1/d?sslmode=verify-full"
    assert address(kept) == kept
    assert environment(kept)["DATABASE_URL"] == kept
