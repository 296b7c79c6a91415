"""Each tree is rendered, written and put together once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache

import pytest

from tests.golden import CONFIGURATIONS
from tests.manifests.judges import CRDS, has_definitions
from tests.manifests.trees import Rendered, written

CHECKOV = os.environ.get("CHECKOV") or shutil.which("checkov")
BOUND = {"definitions", "checkov", "linter"}
Renders = Callable[[str], Rendered]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if BOUND & set(getattr(item, "fixturenames", ())):
            item.add_marker("manifests")


@pytest.fixture(scope="session")
def definitions() -> None:
    """The schemas of custom resources."""
    if not has_definitions():
        pytest.skip(f"{CRDS} is missing: name another folder in PINGVAS_CRDS")


@pytest.fixture(scope="session")
def checkov() -> str:
    """The program."""
    if CHECKOV is None:
        pytest.skip("checkov is not installed")
    return CHECKOV


@pytest.fixture(params=["actionlint", "zizmor"])
def linter(request: pytest.FixtureRequest) -> str:
    """Each program that judges workflows."""
    name: str = request.param
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture(scope="session")
def renders(tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """The tree of a configuration by its name."""
    return cache(lambda name: written(name, tmp_path_factory.mktemp(name)))


@pytest.fixture(scope="session", params=list(CONFIGURATIONS))
def rendered(request: pytest.FixtureRequest, renders: Renders) -> Rendered:
    """Every configuration in its turn."""
    return renders(request.param)


@pytest.fixture(scope="session")
def default(renders: Renders) -> Rendered:
    """The default configuration on AWS."""
    return renders("default")


@pytest.fixture(scope="session")
def cluster(renders: Renders) -> Rendered:
    """A cluster of one's own."""
    return renders("cluster")
