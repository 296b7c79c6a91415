"""Loads YAML written in a test and returns what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pingvas_cli.config.loader import Loaded, load
from pingvas_cli.errors import Finding, Message, UsageError
from pingvas_cli.messages import LANGUAGES, Translator


def loaded(folder: Path, text: str, **environ: str) -> Loaded:
    """The configuration of a `pingvas.yaml` with this text."""
    return load(written(folder, text), environ)


def written(folder: Path, text: str) -> Path:
    """A `pingvas.yaml` with this text."""
    path = folder / "pingvas.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path, environ: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What is wrong; each finding has its words in every language."""
    with pytest.raises(UsageError) as caught:
        load(path, environ or {})
    assert caught.value.code == "config.invalid"
    for found in caught.value.findings:
        for language in LANGUAGES:
            what, remedy = Translator(language).error(Message(found.code, found.params))
            assert what
            assert remedy
    return caught.value.findings


def codes(folder: Path, text: str, **environ: str) -> list[tuple[str, str]]:
    """Each mistake as its place without the folder, and its code without the room."""
    found = mistakes(written(folder, text), environ)
    start = f"{folder}/"
    return [(one.where.removeprefix(start), one.code.removeprefix("config.")) for one in found]
