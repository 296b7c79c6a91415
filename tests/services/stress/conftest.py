"""A database of one's own: all of it must add up, so nobody else may write there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.own_database import own_database
from tests.servers.postgres import EnvironmentDatabase, Postgres


@pytest.fixture(scope="session")
def environment_database(postgres: Postgres) -> Iterator[EnvironmentDatabase]:
    """Migrated, and dropped at the end."""
    with own_database(postgres, "pingvas_stress") as database:
        yield database
