"""Servers of its own, which are killed; and what the strikes taught, at the end of the run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import seaweedfs
from tests.servers.own_database import own_database
from tests.servers.postgres import EnvironmentDatabase, Postgres
from tests.services.chaos.arena import Arena, arena
from tests.services.chaos.faults import DOWN_AFTER_S
from tests.services.chaos.stalls import Recovery
from tests.services.chaos.verdict import keep_history
from tests.services.dispatch.valkey_nodes import SentinelCluster
from tests.tables import table

RECOVERIES = pytest.StashKey[list[Recovery]]()
SEED = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def environment_database(postgres: Postgres) -> Iterator[EnvironmentDatabase]:
    """Migrated, writing its own history, and dropped at the end."""
    with own_database(postgres, "pingvas_chaos") as database:
        keep_history(database)
        yield database


@pytest.fixture
def standing_arena(environment_database: EnvironmentDatabase, tmp_path: Path) -> Iterator[Arena]:
    """Everything is up; the workers still load."""
    cluster = SentinelCluster(tmp_path / "redis", DOWN_AFTER_S)
    try:
        cluster.start()
        with (
            seaweedfs.running(tmp_path / "store") as store,
            arena(environment_database, cluster, store, tmp_path) as standing,
        ):
            yield standing
    finally:
        cluster.kill()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """CHAOS_SEED repeats the choices of a run, though not its moments."""
    chosen = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))  # noqa: S311 - a test's dice
    request.config.stash[SEED] = chosen
    return chosen


@pytest.fixture
def taught(request: pytest.FixtureRequest) -> list[Recovery]:
    """Collects what the strikes taught."""
    return request.config.stash.setdefault(RECOVERIES, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The table, and the seed of its choices."""
    if found := config.stash.get(RECOVERIES, []):
        terminalreporter.section(f"struck while jobs ran, CHAOS_SEED={config.stash[SEED]}")
        for line in table(found):
            terminalreporter.write_line(line)
