"""A trespasser: one person who tries everything on every table that the catalogue lists.

Reads, writes, changes and deletes other people's rows as the app role, each try in a transaction
that is rolled back. Every try must touch no row or be refused for want of a right; anything else,
another error included, is a leak.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from tests.servers.postgres import EnvironmentDatabase
from tests.services.kernel.planting import owner_of

SHARED = frozenset({"checkpoints"})
"""Tables without a tenant's column that everybody may read."""

UNNAMED = 20

CATALOGUE = """
    select c.relname, a.attname,
        has_column_privilege(%(app)s, c.oid, a.attnum, 'select') as may_read,
        has_column_privilege(%(app)s, c.oid, a.attnum, 'insert') as may_insert,
        has_column_privilege(%(app)s, c.oid, a.attnum, 'update') as may_update,
        has_table_privilege(%(app)s, c.oid, 'delete')
            or has_table_privilege(%(app)s, c.oid, 'truncate') as may_more,
        a.attidentity = 'a' or a.attgenerated <> '' as is_generated
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
    is_closed: bool
    """The app role has no right in it at all."""
    is_blind: bool
    """It shows something, but not whose it is: then nothing can be proven."""
    readable: str
    insertable: tuple[str, ...]
    updatable: str
    rows: Mapping[UUID, dict[str, Any]]
    """One row of each person, as JSON."""

    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.name)


class Column(NamedTuple):
    name: str
    may_read: bool
    may_insert: bool
    may_update: bool
    may_more: bool
    is_generated: bool

    @property
    def is_open(self) -> bool:
        return self.may_read or self.may_insert or self.may_update or self.may_more


def tables_of(database: EnvironmentDatabase) -> list[Table]:
    """Every table of the schema, with a row of each person in it, read as the superuser."""
    app = psycopg.conninfo.conninfo_to_dict(database.app_url)["user"]
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        listed = admin.execute(CATALOGUE, {"app": app, "schema": database.schema}).fetchall()
        columns: dict[str, list[Column]] = {}
        for name, *column in listed:
            columns.setdefault(name, []).append(Column(*column))
        return [_table(admin, name, found) for name, found in columns.items()]


def _table(admin: psycopg.Connection[Any], name: str, columns: Sequence[Column]) -> Table:
    plain = [column.name for column in columns if not column.is_generated]
    owner = owner_of(name, plain)
    may_insert = [each.name for each in columns if each.may_insert and not each.is_generated]
    return Table(
        name,
        owner,
        is_closed=not any(column.is_open for column in columns),
        is_blind=any(each.may_read for each in columns)
        and not all(each.may_read for each in columns if each.name == owner),
        readable=next((each.name for each in columns if each.may_read), plain[0]),
        insertable=tuple(may_insert or plain),
        updatable=next((each.name for each in columns if each.may_update), plain[0]),
        rows=_rows(admin, name, owner) if owner else {},
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
        if table.is_closed:
            return _on_closed(table)
        if table.owner_column is None:
            return _on_nobodys(table)
        return self._on_somebodys(table, sql.Identifier(table.owner_column))

    def _on_somebodys(self, table: Table, owner: sql.Identifier) -> Iterator[Attempt]:
        me, victim = sql.Literal(self.me), sql.Literal(self.victim)
        parts = {
            "name": table.identifier(),
            "column": sql.Identifier(table.updatable),
            "readable": sql.Identifier(table.readable),
            "owner": owner,
            "me": me,
            "victim": victim,
            "others": sql.SQL("{} is distinct from {}").format(owner, me),
        }
        for verb, statement in (
            ("read", "select {readable} from {name} where {others}"),
            ("change", "update {name} set {column} = {column} where {others}"),
            ("give", "update {name} set {owner} = {victim} where {owner} = {me}"),
            ("delete", "delete from {name} where {others}"),
            ("empty", "truncate {name}"),
        ):
            yield Attempt(verb, sql.SQL(statement).format(**parts))
        yield Attempt("write", self._copy_of_a_row(table))

    def _copy_of_a_row(self, table: Table) -> sql.Composed:
        """Insert the victim's own row, as far as its columns may be written at all.

        The policy refuses before unique keys are looked at.
        """
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
    for attempt in _on_closed(table):
        if attempt.verb != "read" or table.name not in SHARED:
            yield attempt


def _on_closed(table: Table) -> Iterator[Attempt]:
    """Everything must be refused outright, not only touch no row."""
    name, column = table.identifier(), sql.Identifier(table.updatable)
    for verb, statement in (
        ("read", sql.SQL("select 1 from {name}")),
        ("write", sql.SQL("insert into {name} default values")),
        ("change", sql.SQL("update {name} set {column} = {column}")),
        ("delete", sql.SQL("delete from {name}")),
        ("empty", sql.SQL("truncate {name}")),
    ):
        yield Attempt(verb, statement.format(name=name, column=column), must_be_refused=True)


async def leaks(url: str, tables: Sequence[Table], people: Sequence[UUID]) -> set[str]:
    """Everybody at once tries the rows of all others, and some who name nobody do so between.

    What the role has no right in at all is tried by a few: that does not depend on who asks.
    """
    victims = [*people[1:], people[0]]
    opened = [table for table in tables if not table.is_closed]
    trespassers = [
        *(Trespasser(url, None, victim) for victim in victims[:UNNAMED]),
        *(Trespasser(url, me, victim) for me, victim in zip(people, victims, strict=True)),
    ]
    found = await asyncio.gather(
        *(trespasser.leaks(opened) for trespasser in trespassers),
        trespassers[0].leaks(tables),
        trespassers[-1].leaks(tables),
    )
    return {leak for of_one in found for leak in of_one}
