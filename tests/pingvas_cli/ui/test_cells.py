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
    assert cells.wrap("a  b c", 3) == ["a b", "c"]
    assert cells.wrap("이미지 생성 플랫폼", 11) == ["이미지 생성", "플랫폼"]


def test_colors_take_no_cells() -> None:
    assert cells.width("\x1b[1;31m오류\x1b[0m") == 4


def test_a_folded_line_goes_on_below_itself() -> None:
    assert cells.fold("  위치  설정 파일\n  짧다", 14, "  ") == "  위치  설정\n    파일\n  짧다"
    assert cells.fold("a " * 40, None) == "a " * 40


def test_a_word_without_blanks_is_broken_behind_a_joint() -> None:
    arn = "arn:aws:iam::123456789012:user/administrator"
    folded = cells.fold(f"\x1b[36m{arn}\x1b[0m", 20, "  ").split("\n")
    assert max(map(cells.width, folded)) <= 20
    assert "".join(each.strip() for each in folded) == f"\x1b[36m{arn}\x1b[0m"
    assert folded[1].endswith("/")
    assert cells.fold("가나다", 1) == "가\n나\n다"
