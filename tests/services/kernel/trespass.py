"""A trespasser: one person who tries everything on every table that the catalogue lists.

Reads, writes, changes and deletes other people's rows as the app role, each try in a transaction
that is rolled back. Every try must touch no row or be refused for want of a right; anything else,
another error included, is a leak.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from tests.servers.postgres import EnvironmentDatabase

SHARED = frozenset({"checkpoints"})
"""Tables without a tenant's column that everybody may read."""

UNNAMED = 20

CATALOGUE = """
    select c.relname, a.attname, a.attidentity = 'a' or a.attgenerated <> '' as is_generated,
        has_column_privilege(%(app)s, c.oid, a.attnum, 'update') as may_update
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not a.attisdropped
    order by c.relname, a.attnum
"""


@dataclass(frozen=True)
class Table:
    """A table as the catalogue has it. `owner_column` tells whose a row is; None: nobody's."""

    name: str
    owner_column: str | None
    insertable: tuple[str, ...]
    updatable: str
    rows: Mapping[UUID, dict[str, Any]]
    """One row of each person, as JSON."""

    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.name)


def tables_of(database: EnvironmentDatabase) -> list[Table]:
    """Every table of the schema, with a row of each person in it, read as the superuser."""
    app = psycopg.conninfo.conninfo_to_dict(database.app_url)["user"]
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        listed = admin.execute(CATALOGUE, {"app": app, "schema": database.schema}).fetchall()
        columns: dict[str, list[tuple[str, bool, bool]]] = {}
        for name, *column in listed:
            columns.setdefault(name, []).append((column[0], column[1], column[2]))
        return [_table(admin, name, found) for name, found in columns.items()]


def _table(
    admin: psycopg.Connection[Any], name: str, columns: Sequence[tuple[str, bool, bool]]
) -> Table:
    plain = tuple(column for column, is_generated, _ in columns if not is_generated)
    owner = "id" if name == "users" else "user_id" if "user_id" in plain else None
    return Table(
        name,
        owner,
        plain,
        next((column for column, _, may_update in columns if may_update), plain[0]),
        _rows(admin, name, owner) if owner else {},
    )


def _rows(admin: psycopg.Connection[Any], name: str, owner: str) -> dict[UUID, dict[str, Any]]:
    statement = sql.SQL("select {}, to_jsonb(t) from {} t").format(
        sql.Identifier(owner), sql.Identifier(name)
    )
    return dict(admin.execute(statement).fetchall())


@dataclass(frozen=True)
class Attempt:
    """One statement; touching no row is no leak, unless it must be refused altogether."""

    verb: str
    statement: sql.Composed
    must_be_refused: bool = False


@dataclass(frozen=True)
class Trespasser:
    """`me` is the person who is signed in, or None for a transaction that names nobody."""

    url: str
    me: UUID | None
    victim: UUID

    async def leaks(self, tables: Sequence[Table]) -> list[str]:
        """Every try that was not stopped, on one connection."""
        connection = await AsyncConnection.connect(self.url, autocommit=True)
        try:
            return [
                f"{table.name}: {attempt.verb}: {why}"
                for table in tables
                for attempt in self._attempts(table)
                if (why := await self._leak(connection, attempt))
            ]
        finally:
            await connection.close()

    def _attempts(self, table: Table) -> Iterator[Attempt]:
        if table.owner_column is None:
            return _on_nobodys(table)
        return self._on_somebodys(table, sql.Identifier(table.owner_column))

    def _on_somebodys(self, table: Table, owner: sql.Identifier) -> Iterator[Attempt]:
        me, victim = sql.Literal(self.me), sql.Literal(self.victim)
        others = sql.SQL("{} is distinct from {}").format(owner, me)
        name, column = table.identifier(), sql.Identifier(table.updatable)
        for verb, statement in (
            ("read", sql.SQL("select 1 from {name} where {others}")),
            ("change", sql.SQL("update {name} set {column} = {column} where {others}")),
            ("give", sql.SQL("update {name} set {owner} = {victim} where {owner} = {me}")),
            ("delete", sql.SQL("delete from {name} where {others}")),
            ("empty", sql.SQL("truncate {name}")),
        ):
            yield Attempt(
                verb,
                statement.format(
                    name=name, others=others, column=column, owner=owner, victim=victim, me=me
                ),
            )
        yield Attempt("write", self._copy_of_a_row(table))

    def _copy_of_a_row(self, table: Table) -> sql.Composed:
        """Insert the victim's own row: refused before its unique keys are looked at."""
        columns = sql.SQL(", ").join(map(sql.Identifier, table.insertable))
        row = sql.Literal(Jsonb(table.rows[self.victim]))
        return sql.SQL(
            "insert into {name} ({columns})"
            " select {columns} from jsonb_populate_record(null::{name}, {row})"
        ).format(name=table.identifier(), columns=columns, row=row)

    def _opening(self) -> sql.Composed:
        if self.me is None:
            return sql.Composed([sql.SQL("begin; ")])
        tenant = sql.SQL("begin; select set_config('pingvas.user_id', {}, true); ")
        return tenant.format(sql.Literal(str(self.me)))

    async def _leak(self, connection: AsyncConnection[Any], attempt: Attempt) -> str:
        try:
            cursor = await connection.execute(self._opening() + attempt.statement)
            while cursor.nextset():
                pass
        except psycopg.errors.InsufficientPrivilege:
            return ""
        except psycopg.Error as another:
            return type(another).__name__
        else:
            touched = cursor.rowcount or attempt.must_be_refused
            return f"touched {cursor.rowcount} rows" if touched else ""
        finally:
            await connection.rollback()


def _on_nobodys(table: Table) -> Iterator[Attempt]:
    """Of a table without a tenant's column only reading can be right, and only if it is shared."""
    name, column = table.identifier(), sql.Identifier(table.updatable)
    for verb, statement in (
        ("read", sql.SQL("select 1 from {name}")),
        ("write", sql.SQL("insert into {name} default values")),
        ("change", sql.SQL("update {name} set {column} = {column}")),
        ("delete", sql.SQL("delete from {name}")),
        ("empty", sql.SQL("truncate {name}")),
    ):
        if verb != "read" or table.name not in SHARED:
            yield Attempt(verb, statement.format(name=name, column=column), must_be_refused=True)


async def leaks(url: str, tables: Sequence[Table], people: Sequence[UUID]) -> set[str]:
    """Everybody at once tries the rows of all others, and some who name nobody do so between."""
    victims = [*people[1:], people[0]]
    trespassers = [
        *(Trespasser(url, None, victim) for victim in victims[:UNNAMED]),
        *(Trespasser(url, me, victim) for me, victim in zip(people, victims, strict=True)),
    ]
    found = await asyncio.gather(*(trespasser.leaks(tables) for trespasser in trespassers))
    return {leak for of_one in found for leak in of_one}
