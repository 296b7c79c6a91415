"""The shelf sees what is installed later, and nothing unfinished."""

from __future__ import annotations

import shutil
from pathlib import Path

from worker.checkpoints.shelf import Shelf, Shelved


def test_an_absent_folder_is_an_empty_shelf(tmp_path: Path) -> None:
    assert Shelf(tmp_path / "nowhere").checkpoints() == {}


def test_new_checkpoints_are_seen_and_removed_ones_are_not(tiny: Shelved, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.find("tiny") is None
    shutil.copytree(tiny.folder, tmp_path / "tiny")
    found = shelf.find("tiny")
    assert found
    assert found.manifest == tiny.manifest
    shutil.rmtree(tmp_path / "tiny")
    assert shelf.find("tiny") is None


def test_unfinished_and_unreadable_folders_are_not_served(tiny: Shelved, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path / ".tiny.making")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "checkpoint.json").write_text("{")
    assert Shelf(tmp_path).checkpoints() == {}
