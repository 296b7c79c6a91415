"""Text measured in terminal cells."""

from __future__ import annotations

from pingvas_cli.ui import cells


def test_korean_letters_are_two_cells_wide() -> None:
    assert cells.width("abc") == 3
    assert cells.width("한글ab") == 6
    assert cells.width("e\u0301") == 1


def test_columns_line_up_whatever_the_script() -> None:
    assert cells.width(cells.pad("상태", 10)) == cells.width(cells.pad("state", 10)) == 10
    assert cells.pad("한", 4, right=True) == "  한"


def test_long_text_is_cut_or_wrapped_by_cells() -> None:
    assert cells.cut("데이터베이스", 7) == "데이터…"
    assert cells.cut("short", 7) == "short"
    assert cells.wrap("이미지 생성 플랫폼", 11) == ["이미지 생성", "플랫폼"]
