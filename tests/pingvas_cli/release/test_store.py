"""Releases are built by the real builder, are reproducible, and survive a kill in the middle."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pingvas_cli.adapters.wheel import HatchWheels
from pingvas_cli.errors import PingvasError, UsageError
from pingvas_cli.release.store import ReleaseStore

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


class Days:
    """Each question is a day later."""

    def __init__(self) -> None:
        self.day = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.day += timedelta(days=1)
        return self.day


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "thing").mkdir(parents=True)
    (tree / "pyproject.toml").write_text(PROJECT)
    (tree / "thing" / "__init__.py").write_text("WORD = 'one'\n")
    return tree


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(tmp_path / "releases", tmp_path / "environments", HatchWheels(), Days())


def test_a_release_is_its_wheel(store: ReleaseStore, tree: Path) -> None:
    release = store.build(tree)
    wheel = store.folder / f"{release.id}.whl"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert release.sha256 == digest
    assert release.id == f"1.2.3-{digest[:12]}"
    assert release.version == "1.2.3"
    code = "import thing; print(thing.WORD)"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": str(release.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "one"


def test_the_same_tree_is_the_same_release(store: ReleaseStore, tree: Path) -> None:
    assert store.build(tree) == store.build(tree)
    assert len(store.all()) == 1


def test_a_changed_tree_is_another_release_and_the_newest_comes_first(
    store: ReleaseStore, tree: Path
) -> None:
    first = store.build(tree)
    (tree / "thing" / "__init__.py").write_text("WORD = 'two'\n")
    second = store.build(tree)
    assert [each.id for each in store.all()] == [second.id, first.id]


def test_environments_run_different_releases(store: ReleaseStore, tree: Path) -> None:
    first = store.build(tree)
    (tree / "thing" / "__init__.py").write_text("WORD = 'two'\n")
    second = store.build(tree)
    assert store.deployed("dev") is None
    store.deploy("dev", second.id)
    store.deploy("prod", first.id)
    assert store.deployed("dev") == second
    assert store.deployed("prod") == first


def test_what_a_kill_left_is_built_over(store: ReleaseStore, tree: Path) -> None:
    release = store.build(tree)
    (store.folder / f"{release.id}.json").unlink()
    (release.folder / "thing" / "__init__.py").unlink()
    (store.folder / ".building").mkdir()
    assert store.build(tree).id == release.id
    assert (release.folder / "thing" / "__init__.py").exists()
    assert not list(store.folder.glob(".*"))


def test_an_id_may_be_shortened_while_it_is_clear(store: ReleaseStore, tree: Path) -> None:
    release = store.build(tree)
    assert store.get(release.id[:9]) == release
    (tree / "thing" / "__init__.py").write_text("WORD = 'two'\n")
    store.build(tree)
    with pytest.raises(UsageError) as refusal:
        store.get("1.2.3")
    assert refusal.value.code == "release.ambiguous"


def test_unknown_releases_are_refused(store: ReleaseStore) -> None:
    with pytest.raises(UsageError) as refusal:
        store.deploy("dev", "9.9.9")
    assert refusal.value.code == "release.unknown"


def test_a_folder_without_a_project_is_refused(store: ReleaseStore, tmp_path: Path) -> None:
    with pytest.raises(PingvasError) as refusal:
        store.build(tmp_path)
    assert refusal.value.code == "release.no_source"


def test_a_build_that_fails_says_why_and_leaves_nothing(store: ReleaseStore, tree: Path) -> None:
    (tree / "pyproject.toml").write_text(PROJECT.replace("version", "versoin"))
    with pytest.raises(PingvasError) as refusal:
        store.build(tree)
    assert refusal.value.code == "release.build_fails"
    assert "version" in str(refusal.value.params["detail"])
    assert list(store.folder.iterdir()) == []


def test_a_lost_folder_comes_back_from_its_wheel(store: ReleaseStore, tree: Path) -> None:
    release = store.build(tree)
    shutil.rmtree(release.folder)
    assert store.restore(release.id) == release
    assert (release.folder / "thing" / "__init__.py").exists()


def test_a_wheel_that_changed_is_not_unpacked(store: ReleaseStore, tree: Path) -> None:
    release = store.build(tree)
    shutil.rmtree(release.folder)
    with (store.folder / f"{release.id}.whl").open("ab") as wheel:
        wheel.write(b"more")
    with pytest.raises(PingvasError) as failure:
        store.restore(release.id)
    assert failure.value.code == "release.damaged"
    assert not release.folder.exists()


@pytest.mark.parametrize("text", ["{", '{"x": 1}', "[]"])
def test_a_damaged_description_is_named(store: ReleaseStore, tree: Path, text: str) -> None:
    release = store.build(tree)
    (store.folder / f"{release.id}.json").write_text(text)
    with pytest.raises(PingvasError) as failure:
        store.all()
    assert failure.value.code == "release.damaged"
    assert failure.value.where.endswith(f"{release.id}.json")
