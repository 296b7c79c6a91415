"""Questions: answered by a person, by --yes, or refused."""

from __future__ import annotations

import io
import sys

import pytest

from pingvas_cli.errors import Exit, Refused, msg
from pingvas_cli.messages import Translator
from pingvas_cli.ui.confirm import Confirmation
from pingvas_cli.ui.console import Console

QUESTION = msg("cli.stop")


def asking(*, language: str = "en", interactive: bool = True, yes: bool = False) -> Confirmation:
    console = Console(io.StringIO(), io.StringIO(), False, False)
    return Confirmation(console, Translator(language), interactive, yes)


@pytest.mark.parametrize(
    ("language", "answer"), [("en", "y"), ("en", " YES "), ("ko", "예"), ("ko", "y")]
)
def test_a_yes_goes_on(language: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{answer}\n"))
    asking(language=language).yes(QUESTION)


@pytest.mark.parametrize("answer", ["", "n\n", "maybe\n", "\n"])
def test_anything_else_is_a_no(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    with pytest.raises(Refused, match=r"ui\.declined") as refusal:
        asking().yes(QUESTION)
    assert refusal.value.exit_code is Exit.REFUSED


def test_the_name_must_be_typed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("pingvas\ny\n"))
    asking().typed(QUESTION, "pingvas")
    with pytest.raises(Refused):
        asking().typed(QUESTION, "pingvas")


def test_nobody_there_is_refused_unless_told_beforehand() -> None:
    with pytest.raises(Refused, match=r"ui\.needs_yes"):
        asking(interactive=False).yes(QUESTION)
    asking(interactive=False, yes=True).yes(QUESTION)
    asking(interactive=False, yes=True).typed(QUESTION, "pingvas")
