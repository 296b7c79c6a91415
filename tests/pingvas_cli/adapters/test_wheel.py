"""Wheels are unpacked whole or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pingvas_cli.adapters.wheel import HatchWheels
from pingvas_cli.errors import PingvasError


def wheel(path: Path, *, damaged: bool = False) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("thing/__init__.py", "WORD = 'one'\n")
        archive.writestr("thing/broken.py", "def\n")
    if damaged:
        content = bytearray(path.read_bytes())
        content[60] ^= 0xFF
        path.write_bytes(content)
    return path


def test_it_appears_compiled(tmp_path: Path) -> None:
    HatchWheels().unpack(wheel(tmp_path / "a.whl"), tmp_path / "out")
    assert (tmp_path / "out/thing/__init__.py").exists()
    assert list((tmp_path / "out/thing/__pycache__").glob("__init__*.pyc"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.whl", "out"]


@pytest.mark.parametrize("kind", ["no zip", "damaged", "empty"])
def test_a_damaged_one_leaves_nothing(tmp_path: Path, kind: str) -> None:
    path = wheel(tmp_path / "a.whl", damaged=kind == "damaged")
    if kind != "damaged":
        path.write_bytes(b"" if kind == "empty" else b"no zip")
    with pytest.raises(PingvasError) as failure:
        HatchWheels().unpack(path, tmp_path / "out")
    assert (failure.value.code, failure.value.where) == ("release.build_fails", str(path))
    assert [each.name for each in tmp_path.iterdir()] == ["a.whl"]


def test_it_is_unpacked_over_what_a_kill_left(tmp_path: Path) -> None:
    left = tmp_path / ".out.new" / "thing"
    left.mkdir(parents=True)
    (left / "stale.py").touch()
    HatchWheels().unpack(wheel(tmp_path / "a.whl"), tmp_path / "out")
    assert not (tmp_path / "out/thing/stale.py").exists()
    assert not left.exists()


def test_this_tree_is_the_source() -> None:
    assert HatchWheels().source_tree() == Path(__file__).parents[3]
