"""A script has all of the prelude that it calls, and not much more."""

import re
from importlib.resources import files

import pytest

from services.dispatch.scripts import NAMES
from services.dispatch.texts import text_of

PRELUDE = (files("services.dispatch") / "lua" / "prelude.lua").read_text()
FUNCTIONS = re.findall(r"^local function (\w+)|^local (read_\w+)", PRELUDE, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_called_is_there_before_it_is_called(name: str) -> None:
    text = text_of(name)
    for function in ("".join(pair) for pair in FUNCTIONS):
        calls = [found.start() for found in re.finditer(rf"(?<![\w.:]){function}\(", text)]
        made = re.search(rf"^local (?:function )?{function}\b", text, re.MULTILINE)
        assert not calls or (made and made.start() < min(calls)), function


def test_what_is_not_needed_is_left_out() -> None:
    assert "promote_due" not in text_of("extend")
    assert len(text_of("extend")) < len(PRELUDE) / 4
    assert "--" not in text_of("claim").replace("'--'", "")
