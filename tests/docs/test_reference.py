"""The reference is what the program would write, and it leaves nothing out."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import pingvas_cli.messages
from docs.generate import FOLDER, differences, main
from docs.generators.endings import endings
from docs.generators.errors import catalogue
from pingvas_cli.app import COMMANDS
from pingvas_cli.commandline import Contents
from pingvas_cli.config.configuration import SECTIONS
from pingvas_cli.ui.diagnostics import docs_of
from tests.docs.markdown import ROOT

ROOMS = sorted(path.stem for path in Path(pingvas_cli.messages.__file__).parent.glob("en/[a-z]*"))
WORDS_IN_BRACES = re.compile(r"\{[a-z_]+\}")


def codes() -> list[str]:
    """Every error code of the English catalogue."""
    rooms = {room: import_module(f"pingvas_cli.messages.en.{room}") for room in ROOMS}
    return [f"{room}.{name}" for room, module in rooms.items() for name in module.ERRORS]


def commands(contents: Contents, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every command and group."""
    found: list[tuple[str, ...]] = []
    for name, target in contents.items():
        path = (*above, name)
        found.append(path)
        if not isinstance(target, str):
            found += commands(target, path)
    return found


def test_it_is_up_to_date() -> None:
    assert not differences(), "run python -m docs.generate --write"


@pytest.mark.parametrize("path", commands(COMMANDS), ids=" ".join)
def test_every_command_has_a_page(path: tuple[str, ...]) -> None:
    page = (FOLDER / "cli" / f"{'.'.join(path)}.md").read_text("utf-8")
    assert page.count(f"pingvas {' '.join(path)}") >= 3


@pytest.mark.parametrize("code", codes())
def test_every_error_has_a_page_where_the_message_points(code: str) -> None:
    page = (ROOT / docs_of(code)).read_text("utf-8")
    assert "**What happened.**" in page
    assert "**무슨 일인가.**" in page
    assert "**Exit code.**" in page
    assert not WORDS_IN_BRACES.search(page.replace("{key: value}", ""))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_a_page(section: str) -> None:
    page = (FOLDER / "config" / f"{section}.md").read_text("utf-8")
    assert f"| `{section}." in page
    assert "```yaml" in page


@pytest.mark.parametrize(
    ("code", "exit_code", "listed_under"),
    [
        ("config.invalid", 2, None),
        ("config.unknown_key", 2, "config.invalid"),
        ("local.port_in_use", 1, "local.preflight_fails"),
        ("release.ambiguous", 2, None),
        ("steps.locked", 3, None),
        ("ui.needs_yes", 3, None),
        ("cli.internal_error", 1, None),
    ],
)
def test_exit_codes_are_read_from_the_source(
    code: str, exit_code: int, listed_under: str | None
) -> None:
    ending = endings(catalogue("en"))[code]
    assert (ending.exit_code, ending.listed_under) == (exit_code, listed_under)


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--read"]) == 2
    assert "usage" in capsys.readouterr().err
