"""The release before this one works on today's tables, so that both may run during an update.

`previous_release.tar.xz` holds its services with their own tests. It is made anew at each release:

    git archive RELEASE pyproject.toml services tests/__init__.py tests/conftest.py tests/servers \
        tests/services/{__init__,conftest,callers}.py \
        tests/services/{user,payment,generation,gallery,model,dispatch} \
        | xz -9e > tests/services/migrations/previous_release.tar.xz
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from services.migrations.dbmate import VERSIONS

RELEASE = Path(__file__).with_name("previous_release.tar.xz")
SERVICES = tuple(
    f"tests/services/{name}" for name in ("user", "payment", "generation", "gallery", "model")
)
TESTS_AT_LEAST = 150


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The previous release's tree, with today's migrations in the place of its own."""
    folder = tmp_path_factory.mktemp("previous_release")
    with tarfile.open(RELEASE) as archive:
        archive.extractall(folder, filter="data")
    theirs = folder / "services" / "migrations" / "versions"
    before = {path.name: path.read_bytes() for path in theirs.iterdir()}
    shutil.copytree(VERSIONS, theirs, dirs_exist_ok=True)
    assert {name: (VERSIONS / name).read_bytes() for name in before} == before, (
        "a landed file changed"
    )
    return folder


def python(release: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the release's own packages in front of today's."""
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=release,
        env={**os.environ, "PYTHONPATH": str(release)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_the_release_that_runs(release: Path) -> None:
    said = python(release, "-c", "import services.user.main as m; print(m.__file__)")
    assert said.stdout.startswith(str(release)), said.stderr


@pytest.mark.integration
def test_its_services_pass_their_own_tests_on_todays_tables(release: Path) -> None:
    ended = python(
        release,
        "-m",
        "pytest",
        "-W",
        "ignore",
        "-m",
        "not integration and not e2e",
        "tests/services",
    )
    assert ended.returncode == 0, ended.stdout[-6000:]
    dots = re.findall(r"^[.]+(?= +\[ *\d+%\]$)", ended.stdout, re.MULTILINE)
    assert sum(map(len, dots)) >= TESTS_AT_LEAST
