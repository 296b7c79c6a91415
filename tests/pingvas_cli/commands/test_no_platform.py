"""Every command where there is no platform: a clear answer, the right exit code, nothing made."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.pingvas_cli.commands.conftest import Run

HANGUL = re.compile(r"[가-힣]")
# The exit code, and the error's code when it is one.
ANSWERS: dict[tuple[str, ...], tuple[int, str | None]] = {
    ("status",): (1, None),
    ("stop",): (0, None),
    ("destroy", "--yes"): (0, None),
    ("destroy",): (0, None),
    ("lock", "status"): (0, None),
    ("lock", "release"): (0, None),
    ("lock", "release", "--force"): (0, None),
    ("release", "list"): (0, None),
    ("checkpoint", "list"): (0, None),
    ("start",): (2, "local.not_bootstrapped"),
    ("logs", "dev-user"): (2, "local.not_bootstrapped"),
    ("logs", "dev-user", "-f"): (2, "local.not_bootstrapped"),
    ("token",): (2, "local.not_bootstrapped"),
    ("token", "prod"): (2, "local.not_bootstrapped"),
    ("checkpoint", "add", "tiny"): (2, "local.not_bootstrapped"),
    ("release", "show", "1.0"): (2, "release.unknown"),
    ("queue", "list"): (2, "local.not_bootstrapped"),
    ("queue", "drain", "--wait", "0"): (2, "local.not_bootstrapped"),
    ("dev", "mail"): (2, "local.not_bootstrapped"),
    ("dev", "mail", "--last", "--env", "prod"): (2, "local.not_bootstrapped"),
    ("dev", "webhook", "send", "order_created", "--user", "a@b.c"): (2, "local.not_bootstrapped"),
    ("dev", "reconcile"): (2, "local.not_bootstrapped"),
    ("dev", "keys", "list"): (2, "local.not_bootstrapped"),
    ("dev", "keys", "rotate", "--at-once"): (2, "local.not_bootstrapped"),
}
LISTS = [("status",), ("release", "list"), ("checkpoint", "list")]


def name(arguments: tuple[str, ...]) -> str:
    return " ".join(arguments)


@pytest.mark.parametrize("arguments", ANSWERS, ids=name)
def test_the_answer_is_clear_and_nothing_is_made(
    pingvas: Run, state: Path, arguments: tuple[str, ...]
) -> None:
    expected, error = ANSWERS[arguments]
    code, out, err = pingvas(*arguments)
    assert (code, out) == (expected, "")
    assert "internal_error" not in err
    if error:
        assert err.startswith(f"error[{error}]")
        assert "to do:" in err
    assert not state.exists()


@pytest.mark.parametrize("arguments", ANSWERS, ids=name)
def test_it_speaks_korean(pingvas: Run, arguments: tuple[str, ...]) -> None:
    code, _, err = pingvas(*arguments, "--lang", "ko")
    assert code == ANSWERS[arguments][0]
    assert HANGUL.search(err) or arguments == ("checkpoint", "list")


@pytest.mark.parametrize("arguments", ANSWERS, ids=name)
def test_programs_get_documents(pingvas: Run, arguments: tuple[str, ...]) -> None:
    _, error = ANSWERS[arguments]
    _, out, err = pingvas(*arguments, "-o", "json")
    if error:
        shape = json.loads(err)["error"]
        assert shape["code"] == error
        assert shape["remedy"]
        assert shape["where"]
    elif arguments in LISTS:
        assert json.loads(out) == []
    elif arguments == ("lock", "status"):
        assert json.loads(out) == {"held": False}


def test_where_it_looked_is_said(pingvas: Run, state: Path) -> None:
    for arguments in (("status",), ("stop",), ("destroy",), ("token",)):
        assert str(state) in pingvas(*arguments)[2]


@pytest.mark.parametrize("arguments", [("destroy", "--yes"), ("stop",)], ids=name)
def test_somebody_elses_folder_is_refused(
    pingvas: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "thesis.txt").touch()
    code, _, err = pingvas(*arguments, "--state-dir", str(folder))
    assert code == 3
    assert err.startswith("error[local.not_a_platform]")
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_destroying_needs_a_yes_where_nobody_can_answer(pingvas: Run, state: Path) -> None:
    assert pingvas("release", "list")[0] == 0
    state.mkdir(parents=True)
    (state / "pingvas-platform").touch()
    code, _, err = pingvas("destroy")
    assert (code, state.exists()) == (3, True)
    assert err.startswith("error[ui.needs_yes]")
    code, _, err = pingvas("destroy", "--yes")
    assert (code, state.exists()) == (0, False)
    assert "Everything is removed" in err


def test_bootstrap_tells_what_is_wrong_with_this_machine(pingvas: Run, tmp_path: Path) -> None:
    bad = tmp_path / "two words" / "state"
    code, out, err = pingvas("bootstrap", "--state-dir", str(bad), "-o", "json")
    assert (code, out) == (1, "")
    error = json.loads(err.strip())["error"]
    assert error["code"] == "local.preflight_fails"
    assert error["findings"][0]["code"] == "local.folder_name"
    assert error["findings"][0]["where"] == str(bad)
    assert not bad.parent.exists()
    code, out, _ = pingvas("bootstrap", "--state-dir", str(bad), "--dry-run", "-o", "json")
    assert code == 0
    first = json.loads(out)[0]
    assert (first["step"], first["state"]) == ("preflight", "absent")
    assert "local.folder_name" in first["would"]
    assert not bad.parent.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("bootstrap", "--only", "nonsense"),
        ("bootstrap", "--from", "edge", "--until", "secrets"),
        ("bootstrap", "--only", "edge", "--until", "edge"),
        ("logs",),
        ("logs", "x", "-n", "-1"),
        ("token", "staging"),
        ("dev", "mail", "--env", "staging"),
        ("dev", "webhook", "send", "order_created"),
        ("dev", "webhook", "send", "order_created", "--user", "a@b.c", "--repeat", "0"),
    ],
    ids=name,
)
def test_mistakes_are_usage_errors(pingvas: Run, state: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = pingvas(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error[")
    assert not state.exists()
