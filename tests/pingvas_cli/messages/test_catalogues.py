"""The catalogues: the same keys and values in both languages, none missing, none unused."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import pingvas_cli
from pingvas_cli.app import COMMANDS
from pingvas_cli.builder import words_key
from pingvas_cli.commandline import Contents

SOURCE = Path(pingvas_cli.__file__).parent
ROOMS = sorted(path.stem for path in (SOURCE / "messages/en").glob("[a-z]*.py"))
CODE = re.compile(rf"({'|'.join(ROOMS)})\.[a-z][a-z0-9_]*")
PLACES = {"msg": 0, "Message": 0, "Finding": 1, "problem": 1}
ERRORS = ("Error", "Refused", "StillWaiting", "DriftFound", "StepFailed")
HANGUL = re.compile(r"[가-힣]")


def catalogue(language: str, room: str) -> dict[str, tuple[str, ...]]:
    """Every key of a room with its sentences."""
    module = import_module(f"pingvas_cli.messages.{language}.{room}")
    texts = {f"{room}.{name}": (text,) for name, text in module.TEXTS.items()}
    errors = {f"{room}.{name}": tuple(pair) for name, pair in module.ERRORS.items()}
    assert not texts.keys() & errors.keys()
    return {**texts, **errors}


def placeholders(sentences: tuple[str, ...]) -> set[str]:
    """The names of the values that sentences take."""
    parsed = (part for text in sentences for part in string.Formatter().parse(text))
    return {name for _, name, _, _ in parsed if name}


def constants() -> Iterator[tuple[Path, str]]:
    """Every text constant of the source, and the beginnings of its f-strings."""
    for path in SOURCE.rglob("*.py"):
        if "messages" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield path, node.value


def named_in_calls() -> Iterator[tuple[Path, str]]:
    """The keys that the source says in `msg("…")`, `PingvasError("…")`, `help="…"`."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                helps = [word.value for word in node.keywords if word.arg == "help"]
                for value in (*_key_of(node), *helps):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield path, value.value


def _key_of(call: ast.Call) -> list[ast.expr]:
    named = _name(call.func)
    place = PLACES.get(named, 0 if named.endswith(ERRORS) else None)
    return [] if place is None else call.args[place : place + 1]


def _name(function: ast.expr) -> str:
    return str(getattr(function, "id", getattr(function, "attr", "")))


def words_of(contents: Contents, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The keys of the commands' own words."""
    yield words_key(path)
    for name, below in contents.items():
        if isinstance(below, str):
            yield words_key((*path, name))
        else:
            yield from words_of(below, (*path, name))


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same_things(room: str) -> None:
    english, korean = catalogue("en", room), catalogue("ko", room)
    assert english.keys() == korean.keys()
    for key, sentences in english.items():
        assert placeholders(sentences) == placeholders(korean[key]), key


@pytest.mark.parametrize("room", ROOMS)
def test_korean_is_korean(room: str) -> None:
    for key, (first, *_) in catalogue("ko", room).items():
        letters = re.sub(r"\{\w+\}|[^A-Za-z가-힣]", "", first)
        assert HANGUL.search(first) or len(letters) <= len("PostgreSQL"), key


def test_every_key_that_the_source_names_has_words() -> None:
    known = {key for room in ROOMS for key in catalogue("en", room)}
    named = {*named_in_calls(), *((SOURCE, key) for key in words_of(COMMANDS))}
    missing = {(path.name, key) for path, key in named if re.fullmatch(r"[a-z]+\.[a-z0-9_]+", key)}
    assert sorted(one for one in missing if one[1] not in known) == []


def test_no_words_are_unused() -> None:
    said = {text for _, text in constants()}
    beginnings = tuple(text for text in said if CODE.fullmatch(text) and text.endswith("_"))
    used = {*said, *words_of(COMMANDS)}
    unused = [
        key
        for room in ROOMS
        for key in catalogue("en", room)
        if key not in used and not (beginnings and key.startswith(beginnings))
    ]
    assert unused == []
