"""Each tree is rendered, written and put together once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.golden import CONFIGURATIONS
from tests.manifests.trees import Rendered, written

Renders = Callable[[str], Rendered]


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
