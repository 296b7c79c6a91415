"""Four configurations render to the trees that are kept beside this test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pingvas_cli.rendering.record import Record
from pingvas_cli.rendering.targets import TEMPLATES
from tests.golden import CONFIGURATIONS, ON_AWS, expected, golden, tree

NAMES = list(CONFIGURATIONS)
PROGRAM = """
import sys
from pingvas_cli.rendering.record import Record
from tests.golden import tree
sys.stdout.buffer.write(Record.of(tree(sys.argv[1])).content())
"""


@pytest.mark.parametrize("name", NAMES)
def test_it_renders_as_it_is_kept(name: str) -> None:
    kept, made = expected(name), golden(tree(name))
    assert sorted(made) == sorted(kept), "python -m tests.golden"
    assert [path for path in made if made[path] != kept[path]] == [], "python -m tests.golden"


@pytest.mark.parametrize("name", NAMES)
def test_rendering_twice_gives_the_same_bytes(name: str) -> None:
    first, second = tree(name), tree(name)
    assert list(first.items()) == list(second.items())
    assert list(first) == sorted(first)


def test_another_process_and_place_give_the_same_bytes(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Seoul",
        "HOME": str(tmp_path),
        "LC_ALL": "C",
        "PYTHONPATH": str(TEMPLATES.parent),
    }
    command = [sys.executable, "-c", PROGRAM, "two-region"]
    told = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environ, check=True)
    assert told.stdout == Record.of(tree("two-region")).content()


def test_nothing_of_this_machine_or_moment_is_in_it() -> None:
    roots = b"".join(golden(tree("two-region")).values())
    assert str(TEMPLATES).encode() not in b"".join(tree("default").values())
    assert not any(mark in roots for mark in (b"[[", b"[%", b"[#"))


@pytest.mark.parametrize("name", ON_AWS)
def test_values_are_sorted_json_that_ends_its_line(name: str) -> None:
    content = tree(name)["terraform/platform/terraform.tfvars.json"]
    values = json.loads(content)
    assert content.endswith(b"}\n")
    assert list(values) == sorted(values)
