"""Real servers for the services' tests: one PostgreSQL and one Valkey per run, started here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kernel.db import Database
from services.migrations.dbmate import run as run_dbmate
from tests.servers import postgres as postgres_server
from tests.servers import valkey as valkey_server
from tests.servers.people import ISSUER, JWKS_URL, TokenPress
from tests.servers.postgres import EnvironmentDatabase, Postgres
from tests.servers.valkey import Valkey


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A running PostgreSQL: `admin_url`, `port`."""
    with postgres_server.running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def environment_database(postgres: Postgres) -> EnvironmentDatabase:
    """The migrated database of the environment dev, shared by the run: make your own people."""
    database = postgres_server.create_environment(postgres)
    answer = run_dbmate("migrate", database.owner_url)
    assert answer.status == 0, answer.output
    return database


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A running Valkey without a password."""
    with valkey_server.running(Path(tmp_path_factory.mktemp("valkey"))) as server:
        yield server


@pytest.fixture
def redis_url(valkey: Valkey) -> str:
    """The address of the run's Valkey; tests keep to a key prefix of their own."""
    return valkey.url


@pytest.fixture(scope="session")
def tokens() -> TokenPress:
    """Signs access tokens for tests; services get its key as their key source."""
    return TokenPress()


@pytest.fixture
def shared_settings(environment_database: EnvironmentDatabase) -> dict[str, Any]:
    """What every service's settings take, on the run's database."""
    return {
        "environment": "dev",
        "release": "test",
        "database_url": environment_database.app_url,
        "system_database_url": environment_database.system_url,
        "token_issuer": ISSUER,
        "jwks_url": JWKS_URL,
    }


@pytest.fixture
async def database(environment_database: EnvironmentDatabase) -> AsyncIterator[Database]:
    """The kernel's door to the run's database."""
    door = Database(environment_database.app_url, environment_database.system_url)
    await door.open()
    yield door
    await door.close()
