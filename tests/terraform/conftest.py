"""One judge for all, and every test here marked."""

from __future__ import annotations

import shutil

import pytest

from tests.terraform.judges import Judge, judge


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
