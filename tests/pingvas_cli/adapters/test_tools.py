"""Tools that tell their version in their own ways, and the fake."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pingvas_cli.adapters.tools import ThisTools
from pingvas_cli.ports.tools import Tool, Tools
from tests.fakes.tools import FakeTools

TOLD: dict[Tool, str] = {
    "terraform": "Terraform v1.15.9\non linux_amd64\n\nIs out of date! The latest is 1.16.0.",
    "kubectl": "Client Version: v1.35.2\nKustomize Version: v5.7.1",
    "git": "git version 2.39.5 (Apple Git-154)",
}
VERSIONS: dict[Tool, str] = {"terraform": "1.15.9", "kubectl": "1.35.2", "git": "2.39.5"}


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def these(tmp_path: Path) -> ThisTools:
    for name, words in TOLD.items():
        program(tmp_path, name, f"cat <<'END'\n{words}\nEND")
    return ThisTools({"PATH": f"{tmp_path}:/usr/bin:/bin"})


def test_the_tools_and_their_fake_agree(these: ThisTools) -> None:
    both: tuple[Tools, ...] = (these, FakeTools())
    for tools in both:
        assert {name: tools.version(name) for name in TOLD} == VERSIONS


def test_a_tool_that_is_not_there_or_says_nothing(tmp_path: Path) -> None:
    assert ThisTools({"PATH": str(tmp_path)}).version("git") is None
    program(tmp_path, "git", "exit 1")
    program(tmp_path, "kubectl", "echo no digits")
    (tmp_path / "terraform").write_bytes(b"\x7fELF not really")
    (tmp_path / "terraform").chmod(0o755)
    tools = ThisTools({"PATH": str(tmp_path)})
    assert [tools.version(name) for name in TOLD] == [None, None, None]


def test_a_tool_that_hangs_is_given_up(tmp_path: Path) -> None:
    program(tmp_path, "git", "exec sleep 60")
    begun = time.monotonic()
    assert ThisTools({"PATH": f"{tmp_path}:/usr/bin:/bin"}, patience_s=0.3).version("git") is None
    assert time.monotonic() - begun < 20
