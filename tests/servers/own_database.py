"""A migrated database of a test's own: for those who count every row of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from services.migrations.dbmate import run as run_dbmate
from tests.servers.postgres import EnvironmentDatabase, Postgres, create_environment


@contextmanager
def own_database(server: Postgres, name: str) -> Iterator[EnvironmentDatabase]:
    """The environment dev in a database of this name; dropped when the block ends."""
    database = create_environment(server, database=name)
    answer = run_dbmate("migrate", database.owner_url)
    assert answer.status == 0, answer.output
    yield database
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
