"""The written pages are what the commands say of themselves, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import pingvas_cli.help
from pingvas_cli.help.page import WIDTH
from pingvas_cli.help.pages import written_pages
from pingvas_cli.main import run
from pingvas_cli.ui import cells

FOLDER = Path(pingvas_cli.help.__file__).parent
PAGES = written_pages()


def test_the_files_are_the_pages() -> None:
    files = {
        str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in FOLDER.rglob("*.txt")
    }
    assert files == PAGES, "run python -m pingvas_cli.help"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_live_command_prints_the_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    language, _, file = name.partition("/")
    words = file.removesuffix(".txt").split(".")[1:]
    assert run([*words, "--lang", language, "--help"]) == 0
    assert capsys.readouterr().out == PAGES[name]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_line_is_wider_than_a_terminal(name: str) -> None:
    assert max(map(cells.width, PAGES[name].splitlines())) <= WIDTH
