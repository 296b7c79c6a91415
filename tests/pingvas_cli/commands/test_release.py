"""`pingvas release`: built from a tree, listed newest first, shown by the beginning of its id."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pingvas_cli.commands.conftest import Run

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "thing"
version = "1.2.3"
[tool.hatch.build.targets.wheel]
packages = ["thing"]
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "thing").mkdir(parents=True)
    (tmp_path / "tree" / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "tree" / "thing" / "__init__.py").write_text("WORD = 'one'\n")
    return tmp_path / "tree"


def test_a_release_is_built_listed_and_shown(pingvas: Run, tree: Path, state: Path) -> None:
    code, out, err = pingvas("release", "build", "--source", str(tree), "-o", "json")
    built = json.loads(out)
    assert code == 0
    assert built["id"] in err
    assert built["version"] == "1.2.3"
    assert built["runs_in"] == []
    assert Path(built["folder"], "thing", "__init__.py").exists()
    assert [json.loads(line) for line in pingvas("release", "list", "-o", "ndjson")[1].splitlines()]
    assert json.loads(pingvas("release", "list", "-o", "json")[1]) == [built]
    assert json.loads(pingvas("release", "show", built["id"][:9], "-o", "json")[1]) == built
    table = pingvas("release", "show", built["id"])[1]
    assert built["sha256"] in table
    again = json.loads(pingvas("release", "build", "--source", str(tree), "-o", "json")[1])
    assert again["id"] == built["id"]


def test_what_runs_where_is_shown(pingvas: Run, tree: Path, state: Path) -> None:
    built = json.loads(pingvas("release", "build", "--source", str(tree), "-o", "json")[1])
    pointer = state / "environments" / "dev" / "release"
    pointer.parent.mkdir(parents=True)
    pointer.write_text(built["id"])
    assert json.loads(pingvas("release", "list", "-o", "json")[1])[0]["runs_in"] == ["dev"]
    assert "dev" in pingvas("release", "list")[1].splitlines()[1]


def test_a_folder_that_only_has_releases_can_be_destroyed(
    pingvas: Run, tree: Path, state: Path
) -> None:
    pingvas("release", "build", "--source", str(tree))
    assert pingvas("destroy", "--yes")[0] == 0
    assert not state.exists()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_failures_are_told(pingvas: Run, tree: Path, tmp_path: Path, language: str) -> None:
    assert pingvas("release", "show", "9", "--lang", language)[0] == 2
    code, _, err = pingvas("release", "build", "--source", str(tmp_path), "--lang", language)
    assert code == 1
    assert "release.no_source" in err
    (tree / "pyproject.toml").write_text("nonsense")
    code, out, err = pingvas("release", "build", "--source", str(tree), "--lang", language)
    assert (code, out) == (1, "")
    assert "release.build_fails" in err
