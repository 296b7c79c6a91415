"""A private file is whole or the old one, and nobody else may read it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pingvas_cli.private_files import write_private


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_it_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    write_private(path, "first")
    path.chmod(0o644)
    write_private(path, "s새cond")
    assert path.read_text(encoding="utf-8") == "s새cond"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_a_kill_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".secret.new").write_text("half")
    (tmp_path / ".secret.new").chmod(0o644)
    write_private(tmp_path / "secret", "whole")
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_left_under_the_fresh_name_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    (tmp_path / ".secret.new").symlink_to(elsewhere)
    write_private(tmp_path / "secret", "mine")
    assert elsewhere.read_text() == "precious"
    assert not (tmp_path / "secret").is_symlink()
