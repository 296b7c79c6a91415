"""Advised checkpoints are read once, as far as memory goes; the rest is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from worker.checkpoints import prefetch
from worker.checkpoints.prefetch import Prefetch
from worker.checkpoints.shelf import Shelf, Shelved


@pytest.fixture
def shelf(tiny: Shelved, tmp_path: Path) -> Shelf:
    for name, sha256 in (("a", "a" * 64), ("b", "b" * 64)):
        shutil.copytree(tiny.folder, tmp_path / name)
        tiny.manifest.model_copy(update={"name": name, "sha256": sha256}).write(tmp_path / name)
    return Shelf(tmp_path)


def test_only_what_is_advised_and_lies_here_is_read(shelf: Shelf) -> None:
    warm = Prefetch(shelf)
    warm.begin(["b", "elsewhere"])
    warm.wait()
    assert warm.read == {"b" * 64}


def test_what_was_read_is_not_read_again(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    warm = Prefetch(shelf)
    for names in (["a"], ["a", "b"]):
        warm.begin(names)
        warm.wait()
    assert warm.read == {"a" * 64, "b" * 64}
    assert capsys.readouterr().out.count("prefetched") == 2


def test_memory_that_jobs_need_is_not_filled(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prefetch, "SHARE_OF_FREE_MEMORY", 0.0)
    warm = Prefetch(shelf)
    warm.begin(["a"])
    warm.wait()
    assert "not_prefetched" in capsys.readouterr().out
