"""All five services as programs, once for the tests that attack them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import saas as saas_server
from tests.servers import seaweedfs
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.saas import Saas
from tests.servers.valkey import Valkey


@pytest.fixture(scope="package")
def saas(
    environment_database: EnvironmentDatabase,
    valkey: Valkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Saas]:
    """Running, with one checkpoint on offer."""
    folder = tmp_path_factory.mktemp("saas")
    with (
        seaweedfs.running(tmp_path_factory.mktemp("weed")) as store,
        saas_server.standing(environment_database, valkey.url, store, folder) as standing,
    ):
        yield standing
