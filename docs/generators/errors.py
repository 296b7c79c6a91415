"""One page per error code, from the catalogues in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

import pingvas_cli.messages
from docs.generators.endings import Ending, endings
from docs.generators.markdown import page, table

ROOMS_FOLDER: Final = Path(pingvas_cli.messages.__file__).parent / "en"
PLACEHOLDER: Final = re.compile(r"\{(\w+)(?:![rs])?\}")
ABOUT: Final = """\
Every failure has a code, in every language and in `-o json`. Words in capitals stand for values.
The exit code is the process's own; see [Commands](../cli/index.md)."""


def pages() -> dict[str, str]:
    """The pages of all codes, and their list."""
    english, korean = catalogue("en"), catalogue("ko")
    ends = endings(english)
    written = {
        f"errors/{code}.md": _error(code, english[code], korean[code], ends.get(code))
        for code in english
    }
    return {"errors/index.md": _index(english), **written}


def catalogue(language: str) -> dict[str, tuple[str, str]]:
    """What happened and what to do, by code, with values as words in capitals."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(ROOMS_FOLDER.glob("[a-z]*.py")):
        room = import_module(f"pingvas_cli.messages.{language}.{path.stem}")
        errors: Mapping[str, tuple[str, str]] = room.ERRORS
        for name, (what, remedy) in errors.items():
            found[f"{path.stem}.{name}"] = (_readable(what), _readable(remedy))
    return found


def _readable(template: str) -> str:
    shown = PLACEHOLDER.sub(lambda match: match[1].upper(), template)
    return shown.replace("{{", "{").replace("}}", "}").replace("<", "&lt;")


def _error(
    code: str, english: tuple[str, str], korean: tuple[str, str], ending: Ending | None
) -> str:
    return page(
        f"`{code}`",
        _sentences("What happened", english[0]),
        _sentences("What to do", english[1]),
        _ending(ending),
        "## 한국어",
        _sentences("무슨 일인가", korean[0]),
        _sentences("할 일", korean[1]),
        "[All errors](index.md)",
    )


def _sentences(title: str, text: str) -> str:
    return f"**{title}.** {text}" if text else ""


def _ending(ending: Ending | None) -> str:
    if ending is None:
        return ""
    code = f"**Exit code.** {ending.exit_code}"
    if ending.listed_under is None:
        return code
    under = ending.listed_under
    return f"{code}, as one of the findings of [`{under}`]({under}.md)"


def _index(english: Mapping[str, tuple[str, str]]) -> str:
    rows = [(f"[`{code}`]({code}.md)", what) for code, (what, _) in english.items()]
    return page("Errors", ABOUT, table(("code", "what happened"), rows))
