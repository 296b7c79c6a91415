"""A real PostgreSQL: environments are prepared once, healed, and closed to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from pingvas_cli.adapters.database import PostgresDatabase
from pingvas_cli.ports.database import Tenancy
from pingvas_cli.ports.database_server import Account
from tests.servers import postgres
from tests.servers.postgres import Postgres


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres.running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def tenancy(environment: str) -> Tenancy:
    prefix = f"pingvas_{environment}"
    owner, app, system = (
        Account(f"{prefix}_{role}", f"{environment}{role}") for role in ("owner", "app", "system")
    )
    return Tenancy(f"{environment}_pingvas", owner, app, system)


DEV, PROD = tenancy("dev"), tenancy("prod")


@pytest.fixture
def database(server: Postgres) -> PostgresDatabase:
    found = PostgresDatabase()
    found.prepare(server.admin_url, "pingvas", (DEV, PROD))
    return found


def as_(server: Postgres, account: Account) -> str:
    return account.url(server.port, "pingvas")


def refusal(server: Postgres, account: Account, statement: str) -> str:
    with psycopg.connect(as_(server, account)) as connection:
        with pytest.raises(psycopg.Error) as failure:
            connection.execute(statement.encode())
        connection.rollback()
    return type(failure.value).__name__


def test_it_is_prepared_only_afterwards(server: Postgres) -> None:
    found = PostgresDatabase()
    assert found.answers(server.admin_url)
    assert not found.prepared(server.admin_url, "early", (DEV, PROD))
    found.prepare(server.admin_url, "early", (DEV, PROD))
    assert found.prepared(server.admin_url, "early", (DEV, PROD))


def test_preparing_again_changes_nothing(server: Postgres, database: PostgresDatabase) -> None:
    question = """
        select rolname, rolpassword is null, rolconfig::text, rolsuper, rolbypassrls from pg_roles
        union all select nspname, true, nspacl::text, true, true from pg_namespace
        union all select datname, true, datacl::text, true, true from pg_database
        order by 1, 2, 3"""
    seen = []
    for _ in range(2):
        database.prepare(server.admin_url, "pingvas", (DEV, PROD))
        with psycopg.connect(server.url("postgres", "pingvas")) as connection:
            seen.append(connection.execute(question).fetchall())
    assert seen[0] == seen[1]


@pytest.mark.parametrize("other", [PROD.schema, "public", "pg_catalog"])
@pytest.mark.parametrize("account", DEV.accounts, ids=lambda account: account.name)
def test_a_role_makes_nothing_outside_its_schema(
    server: Postgres, database: PostgresDatabase, account: Account, other: str
) -> None:
    found = refusal(server, account, f"create table {other}.intruder (id int)")
    assert found == "InsufficientPrivilege"


@pytest.mark.parametrize("account", DEV.accounts, ids=lambda account: account.name)
def test_dev_cannot_look_into_prod(
    server: Postgres, database: PostgresDatabase, account: Account
) -> None:
    with psycopg.connect(as_(server, PROD.owner)) as connection:
        connection.execute("create table if not exists secret (id int)")
        connection.execute("grant all on secret to public")
    assert refusal(server, account, "select * from prod_pingvas.secret") == "InsufficientPrivilege"
    assert refusal(server, account, "select * from secret") == "UndefinedTable"
    assert refusal(server, account, "set role pingvas_prod_app") == "InsufficientPrivilege"
    taken = refusal(server, account, "alter role pingvas_prod_app nologin")
    assert taken == "InsufficientPrivilege"


@pytest.mark.parametrize("account", [DEV.app, DEV.system], ids=lambda account: account.name)
def test_only_the_owner_makes_tables(
    server: Postgres, database: PostgresDatabase, account: Account
) -> None:
    assert refusal(server, account, "create table mine (id int)") == "InsufficientPrivilege"
    assert refusal(server, account, "create schema mine") == "InsufficientPrivilege"
    with psycopg.connect(as_(server, DEV.owner)) as connection:
        connection.execute("create table mine (id int)")
        connection.rollback()


def test_roles_are_plain_and_look_into_their_own_schema(
    server: Postgres, database: PostgresDatabase
) -> None:
    for account in (*DEV.accounts, *PROD.accounts):
        with psycopg.connect(as_(server, account)) as connection:
            path = connection.execute("show search_path").fetchone()
            power = connection.execute(
                "select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or rolreplication"
                " from pg_roles where rolname = current_user"
            ).fetchone()
        assert path == (f"{account.name.split('_')[1]}_pingvas",)
        assert power == (False,)


def test_a_changed_password_heals(server: Postgres, database: PostgresDatabase) -> None:
    changed = replace(DEV, app=replace(DEV.app, password="'; drop role x; --"))
    database.prepare(server.admin_url, "pingvas", (changed, PROD))
    with psycopg.connect(
        f"host=127.0.0.1 port={server.port} dbname=pingvas user={changed.app.name}",
        password=changed.app.password,
    ):
        pass
    assert not database.answers(as_(server, DEV.app))
    database.prepare(server.admin_url, "pingvas", (DEV, PROD))
    assert database.answers(as_(server, DEV.app))


@pytest.mark.parametrize(
    "harm",
    [
        "drop schema dev_pingvas cascade",
        "alter role pingvas_dev_app nologin",
        "alter role pingvas_dev_app reset search_path",
        "revoke usage on schema dev_pingvas from pingvas_dev_system",
        "revoke connect on database pingvas from pingvas_prod_owner",
    ],
)
def test_harm_is_seen_and_mended(server: Postgres, database: PostgresDatabase, harm: str) -> None:
    with psycopg.connect(server.url("postgres", "pingvas"), autocommit=True) as connection:
        connection.execute(harm.encode())
    assert not database.prepared(server.admin_url, "pingvas", (DEV, PROD))
    database.prepare(server.admin_url, "pingvas", (DEV, PROD))
    assert database.prepared(server.admin_url, "pingvas", (DEV, PROD))
    with psycopg.connect(as_(server, DEV.owner)) as connection:
        connection.execute("create table mine (id int)")
        connection.rollback()


def test_migrations_and_administrators_are_read(
    server: Postgres, database: PostgresDatabase
) -> None:
    owner = as_(server, DEV.owner)
    assert database.migrations(owner) == frozenset()
    assert not database.has_administrator(owner, "a@example.com")
    with psycopg.connect(owner) as connection:
        connection.execute("create table schema_migrations (version text)")
        connection.execute("insert into schema_migrations values ('001'), ('002')")
        connection.execute("create table users (email text, role text, deleted_at timestamptz)")
        connection.execute(
            "insert into users values ('a@example.com', 'admin', null),"
            " ('gone@example.com', 'admin', now()), ('user@example.com', 'user', null)"
        )
    assert database.migrations(owner) == {"001", "002"}
    assert database.has_administrator(owner, "a@example.com")
    for email in ("gone@example.com", "user@example.com", "x' or true --"):
        assert not database.has_administrator(owner, email)
