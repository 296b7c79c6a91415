"""A row of everybody in every table that the catalogue lists, so that there is one to reach for.

Values are made from the columns' types: a new table needs nothing here. What a row must not be
(checks, references, triggers) is switched off first, in a database of a test's own: what may be
reached does not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.servers.postgres import EnvironmentDatabase

COLUMNS = """
    select c.relname, a.attname, t.typcategory, t.typname,
        not a.attnotnull or a.atthasdef or a.attidentity <> '' or a.attgenerated <> '' as may_lack
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p')
    order by c.relname, a.attnum
"""
CHECKS = """
    select conrelid::regclass::text, conname from pg_constraint
    where connamespace = %(schema)s::regnamespace and contype = 'c'
"""
NOT_OURS = frozenset({"schema_migrations"})


class Column(NamedTuple):
    name: str
    category: str
    kind: str
    may_lack: bool


def plant(database: EnvironmentDatabase, count: int) -> list[UUID]:
    """So many people, who have one row in every table with a tenant's column."""
    people = [uuid4() for _ in range(count)]
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        admin.execute("set session_replication_role = replica")
        for table, constraint in admin.execute(CHECKS, {"schema": database.schema}).fetchall():
            admin.execute(f'alter table {table} drop constraint "{constraint}"'.encode())
        for table, columns in _tables(admin, database.schema).items():
            _fill(admin, table, columns, people)
    return people


def owner_of(table: str, columns: Sequence[str]) -> str | None:
    """The column that tells whose a row is; None: nobody's."""
    if table == "users":
        return "id"
    return "user_id" if "user_id" in columns else None


def _tables(admin: psycopg.Connection[Any], schema: str) -> dict[str, list[Column]]:
    tables: dict[str, list[Column]] = {}
    for table, *column in admin.execute(COLUMNS, {"schema": schema}).fetchall():
        if table not in NOT_OURS:
            tables.setdefault(table, []).append(Column(*column))
    return tables


def _fill(
    admin: psycopg.Connection[Any], table: str, columns: Sequence[Column], people: Sequence[UUID]
) -> None:
    owner = owner_of(table, [column.name for column in columns])
    if owner is None:
        return
    needed = [column for column in columns if column.name == owner or not column.may_lack]
    rows = [
        {
            column.name: str(person) if column.name == owner else _value(table, column, number)
            for column in needed
        }
        for number, person in enumerate(people, 1)
    ]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in needed)
    statement = sql.SQL(
        "insert into {table} ({names})"
        " select {names} from jsonb_populate_recordset(null::{table}, {rows})"
    )
    admin.execute(
        statement.format(table=sql.Identifier(table), names=names, rows=sql.Literal(Jsonb(rows)))
    )


BY_CATEGORY: dict[str, Callable[[int], object]] = {
    "A": lambda _: [],
    "B": lambda _: False,
    "D": lambda _: "now",
    "I": lambda _: "127.0.0.1",
    "N": lambda number: number,
    "S": lambda number: f"text {number} {uuid4()}",
    "T": lambda _: "1 s",
}
BY_KIND: dict[str, Callable[[int], object]] = {
    "uuid": lambda _: str(uuid4()),
    "jsonb": lambda _: {},
    "json": lambda _: {},
    "bytea": lambda _: "",
    "tsvector": lambda _: "",
}


def _value(table: str, column: Column, number: int) -> object:
    """Something of the column's type, different for each person where that can be."""
    make = BY_KIND.get(column.kind) or BY_CATEGORY.get(column.category)
    assert make, f"{table}.{column.name}: tell BY_KIND how a {column.kind} is made"
    return make(number)
