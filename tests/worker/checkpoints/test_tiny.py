"""The tiny checkpoint is the same wherever and whenever it is made."""

from __future__ import annotations

from pathlib import Path

from worker.checkpoints.digest import digest_folder, weigh_files
from worker.checkpoints.shelf import Shelved
from worker.checkpoints.tiny import build_tiny

MEGABYTE = 1_000_000


def test_made_again_it_has_the_same_checksum(tiny: Shelved, tmp_path: Path) -> None:
    build_tiny(tmp_path)
    assert digest_folder(tmp_path, lambda _count: None) == tiny.manifest.sha256


def test_it_is_small_native_at_64_and_says_that_it_is_noise(tiny: Shelved) -> None:
    assert sum(weigh_files(tiny.folder).values()) < 6 * MEGABYTE
    assert (tiny.manifest.width, tiny.manifest.height) == (64, 64)
    assert "noise" in tiny.manifest.note
    assert "note" not in tiny.manifest.public()
