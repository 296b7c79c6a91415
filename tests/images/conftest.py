"""Images, built once for all, and the servers that their programs ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.images import pip_settings
from tests.images.builds import Builder
from tests.images.engine import Engine, missing
from tests.images.python_image import python_image
from tests.servers import postgres, valkey
from tests.servers.postgres import EnvironmentDatabase, create_environment

PATIENCE_S = 1_200


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Mark what builds. The worker's image is left out where it would bring gigabytes of CUDA."""
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker("images")
            item.add_marker(pytest.mark.timeout(PATIENCE_S))
    yield
    chosen = [item for item in items if _asks_for(item, "worker_image")]
    if chosen and not pip_settings.offers_torch_without_cuda():
        items[:] = [item for item in items if item not in chosen]
        config.hook.pytest_deselected(items=chosen)


def _asks_for(item: pytest.Item, fixture: str) -> bool:
    """Whether a test takes a fixture, by an argument or as one of its parameters."""
    call = getattr(item, "callspec", None)
    named = fixture in getattr(item, "fixturenames", ())
    return named or (call is not None and fixture in call.params.values())


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """buildah and podman. IMAGES_FOLDER keeps Python's image from run to run."""
    lack = missing()
    if lack:
        pytest.skip(lack)
    with TemporaryDirectory(prefix="images-", ignore_cleanup_errors=True) as temporary:
        found = Engine(Path(os.environ.get("IMAGES_FOLDER", temporary)).absolute())
        found.prepare()
        yield found


@pytest.fixture(scope="session")
def builder(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """All that a build takes."""
    with pip_settings.handed_over(tmp_path_factory.mktemp("pip")) as options:
        yield Builder(engine, python_image(engine), options)


@pytest.fixture(scope="session")
def services_image(builder: Builder) -> str:
    """The name of the services' image."""
    return builder.build("services", "first")


@pytest.fixture(scope="session")
def worker_image(builder: Builder) -> str:
    """The name of the worker's image, with torch for CPUs."""
    return builder.build("worker", "first")


@dataclass(frozen=True)
class Stores:
    """A PostgreSQL with one environment and no tables yet, and a Valkey."""

    database: EnvironmentDatabase
    redis_url: str


@pytest.fixture(scope="session")
def empty_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Real servers on loopback."""
    with (
        postgres.running(tmp_path_factory.mktemp("postgres")) as server,
        valkey.running(tmp_path_factory.mktemp("valkey")) as queue,
    ):
        yield Stores(create_environment(server), queue.url)


@pytest.fixture(scope="session")
def migrated(engine: Engine, services_image: str, empty_stores: Stores) -> str:
    """What the migrations of the image said; the tables are there."""
    owner = f"--env=PINGVAS_OWNER_DATABASE_URL={empty_stores.database.owner_url}"
    return engine.run("--network=host", owner, services_image, "services.migrations", "up")


@pytest.fixture(scope="session")
def stores(empty_stores: Stores, migrated: str) -> Stores:
    """The servers with their tables."""
    return empty_stores
