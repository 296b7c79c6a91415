"""The annotated example of each section, and the file that `pingvas init` writes.

`reference/<section>.yaml` holds every key of a section at its default: the page of the docs, the
answer of `pingvas config explain`, and a test in one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pingvas_cli.config.configuration import SECTIONS, Configuration
from pingvas_cli.errors import Refused, UsageError

ROOM: Final = Path(__file__).parent
FILE_NAME: Final = "pingvas.yaml"


def example(section: str) -> str:
    """The annotated example of `section`; raises UsageError when there is no such section."""
    if section not in SECTIONS:
        raise _unknown(section)
    return (ROOM / "reference" / f"{section}.yaml").read_text(encoding="utf-8")


def summaries() -> dict[str, str]:
    """One line about each section, in the order of the file."""
    return {name: field.description or "" for name, field in Configuration.model_fields.items()}


def write_starter(path: Path, *, replace: bool) -> Path:
    """Write a short commented `pingvas.yaml` at `path`, or into it when it is a folder.

    Raises Refused when the file is there and `replace` is false, UsageError when it cannot be
    written.
    """
    target = path / FILE_NAME if path.is_dir() else path
    text = (ROOM / "starter.yaml").read_text(encoding="utf-8")
    try:
        _write(target, text, replace=replace)
    except FileExistsError:
        raise Refused("config.file_exists", where=str(target)) from None
    except OSError as error:
        raise UsageError("config.file_unwritable", where=str(target), why=error.strerror) from error
    return target


def _write(target: Path, text: str, *, replace: bool) -> None:
    if not replace:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(target)


def _unknown(section: str) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(section, SECTIONS, n=1)
    if near:
        return UsageError("config.unknown_section_meant", section=section, meant=near[0])
    return UsageError("config.unknown_section", section=section, known=", ".join(SECTIONS))
