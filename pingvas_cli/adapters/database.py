"""A running PostgreSQL through psycopg: roles, schemas, and questions about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.database import Tenancy
from pingvas_cli.ports.database_server import Account

if TYPE_CHECKING:
    from psycopg import Connection

RESTRICT_ROLE: Final = (
    "alter role {role} with login nosuperuser nocreatedb nocreaterole nobypassrls"
    " password {password}"
)


class PostgresDatabase:
    """A running PostgreSQL through psycopg."""

    def answers(self, superuser_url: str) -> bool:
        import psycopg

        try:
            with psycopg.connect(superuser_url, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def prepared(self, superuser_url: str, database: str, tenancies: Sequence[Tenancy]) -> bool:
        if not self.answers(superuser_url):
            return False
        return all(
            _sees(_swap(superuser_url, database, account), tenancy.schema)
            for tenancy in tenancies
            for account in tenancy.accounts
        )

    def prepare(self, superuser_url: str, database: str, tenancies: Sequence[Tenancy]) -> None:
        with _connected(superuser_url) as connection:
            _ensure_database(connection, database)
            for tenancy in tenancies:
                _ensure_roles(connection, database, tenancy)
        with _connected(_at(superuser_url, database)) as connection:
            for tenancy in tenancies:
                _ensure_schema(connection, tenancy)

    def migrations(self, owner_url: str) -> frozenset[str]:
        import psycopg

        try:
            with psycopg.connect(owner_url, connect_timeout=2) as connection:
                rows = connection.execute("select version from schema_migrations").fetchall()
        except psycopg.Error:
            return frozenset()
        return frozenset(str(version) for (version,) in rows)

    def has_administrator(self, system_url: str, email: str) -> bool:
        import psycopg

        query = "select 1 from users where email = %s and role = 'admin' and deleted_at is null"
        try:
            with psycopg.connect(system_url, connect_timeout=2) as connection:
                return connection.execute(query, (email,)).fetchone() is not None
        except psycopg.Error:
            return False


def _sees(url: str, schema: str) -> bool:
    """True when the account signs in and stands in that schema."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("select current_schema()").fetchone() == (schema,)
    except psycopg.Error:
        return False


@contextmanager
def _connected(url: str) -> Iterator[Connection[Any]]:
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection
    except psycopg.Error as error:
        detail = str(error).strip()[:300]
        raise PingvasError("local.database_fails", where="postgres", detail=detail) from error


def _ensure_database(connection: Connection[Any], database: str) -> None:
    from psycopg import sql

    name = sql.Identifier(database)
    if not connection.execute("select 1 from pg_database where datname = %s", (database,)).rowcount:
        connection.execute(sql.SQL("create database {}").format(name))
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))


def _ensure_roles(connection: Connection[Any], database: str, tenancy: Tenancy) -> None:
    from psycopg import sql

    for account in tenancy.accounts:
        role = sql.Identifier(account.name)
        known = connection.execute("select 1 from pg_roles where rolname = %s", (account.name,))
        if not known.rowcount:
            connection.execute(sql.SQL("create role {} login").format(role))
        for statement in (
            RESTRICT_ROLE,
            "alter role {role} set search_path = {schema}",
            "grant connect on database {database} to {role}",
        ):
            connection.execute(
                sql.SQL(statement).format(
                    role=role,
                    password=sql.Literal(account.password),
                    schema=sql.Identifier(tenancy.schema),
                    database=sql.Identifier(database),
                )
            )


def _ensure_schema(connection: Connection[Any], tenancy: Tenancy) -> None:
    from psycopg import sql

    schema, owner = sql.Identifier(tenancy.schema), sql.Identifier(tenancy.owner.name)
    connection.execute(
        sql.SQL("create schema if not exists {} authorization {}").format(schema, owner)
    )
    for account in (tenancy.app, tenancy.system):
        role = sql.Identifier(account.name)
        connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, role))
    connection.execute("revoke all on schema public from public")


def _at(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + database


def _swap(url: str, database: str, account: Account) -> str:
    address = url.rsplit("@", 1)[1].split("/", 1)[0]
    return f"postgresql://{account.name}:{account.password}@{address}/{database}"
