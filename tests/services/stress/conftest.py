"""A database of one's own: all of it must add up, so nobody else may write there."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from services.migrations.dbmate import run as run_dbmate
from tests.servers import postgres as postgres_server
from tests.servers.postgres import EnvironmentDatabase, Postgres


@pytest.fixture(scope="session")
def environment_database(postgres: Postgres) -> Iterator[EnvironmentDatabase]:
    """Migrated, and dropped at the end."""
    database = postgres_server.create_environment(postgres, database="pingvas_stress")
    answer = run_dbmate("migrate", database.owner_url)
    assert answer.status == 0, answer.output
    yield database
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("drop database pingvas_stress with (force)")
