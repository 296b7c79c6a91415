"""One judge for all, every test here marked, and each plan made once by a process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from tests.terraform.judges import Judge, judge
from tests.terraform.plans import Plan, plans

Planned = Callable[[str], Mapping[str, Plan]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "judged" in getattr(item, "fixturenames", ()):
            item.add_marker("terraform")


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Terraform and its provider."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    return judge(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def planned(judged: Judge, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The plans of a configuration by its name, each made once."""
    if not judged.plans:
        pytest.skip("a plan with the real provider needs an AWS account")
    return cache(lambda name: plans(judged, name, tmp_path_factory.mktemp(name)))
