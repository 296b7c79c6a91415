"""The edge: exit codes, one shape for every failure, options before and after the command."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from pingvas_cli.builder import CommandBuilder
from pingvas_cli.commandline import Contents, Group
from pingvas_cli.main import run

TABLE: Contents = {
    "logs": "endings:end",
    "stop": "endings:ask",
    "lock": {"release": "endings:ask_typed"},
}
SHAPE = ["code", "message", "where", "remedy", "docs", "findings"]


def sample(language: str) -> Group:
    return CommandBuilder(language, "tests.pingvas_cli.sample_commands").group((), TABLE)


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OUTPUT", "LANG", "YES", "PROGRESS", "COLOR", "DEBUG", "CONFIG", "STATE_DIR"):
        monkeypatch.delenv(f"PINGVAS_{name}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "CI", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "pingvas").mkdir()


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("done", 0),
        ("failed", 1),
        ("usage", 2),
        ("refused", 3),
        ("waiting", 4),
        ("exit", 4),
        ("drift", 5),
        ("crash", 1),
        ("interrupt", 130),
    ],
)
def test_every_ending_has_its_exit_code(ending: str, code: int) -> None:
    assert run(["logs", ending], sample) == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["logs", "failed"],
        ["logs", "crash"],
        ["logs"],
        ["logs", "nonsense"],
        ["logs", "done", "more"],
        ["logs", "done", "-n", "x"],
        ["logs", "done", "-n", "10"],
        ["logs", "done", "--countt", "1"],
        ["logs", "done", "--count"],
        ["logs", "done", "--yes=1"],
        ["lgos"],
        ["lock", "relase"],
        ["--output", "xml", "logs", "done"],
        ["--lang", "fr", "logs", "done"],
    ],
)
def test_every_failure_has_one_shape(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, sample) != 0
    table = capsys.readouterr()
    assert table.out == ""
    assert table.err.startswith("error[")
    assert "to do:" in table.err
    assert "Traceback" not in table.err
    form = [] if "--output" in arguments else ["-o", "json"]
    assert run([*arguments, *form] if form else arguments, sample) != 0
    if form and "--count" not in arguments[-1:]:
        assert list(json.loads(capsys.readouterr().err)["error"]) == SHAPE


def test_findings_are_listed_with_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    run(["logs", "failed", "-o", "json"], sample)
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["where"] == "there"
    assert error["findings"][0]["where"] == "here:1"
    assert error["findings"][0]["message"] == "There is no option x."


def test_a_misspelt_command_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["lgos"], sample) == 2
    assert "Did you mean logs?" in capsys.readouterr().err
    assert run(["lgos", "--lang", "ko"], sample) == 2
    assert "logs 인가요?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["-o", "json", "--lang", "ko", "-y", "logs", "done"], ["logs", "-y", "done", "--output=json"]],
)
def test_global_options_stand_before_or_after_the_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, sample) == 0
    assert json.loads(capsys.readouterr().out)["yes"] is True


def test_a_variable_yields_to_the_command_line_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINGVAS_OUTPUT", "yaml")
    monkeypatch.setenv("PINGVAS_YES", "1")
    assert run(["-o", "json", "logs", "done"], sample) == 0
    assert json.loads(capsys.readouterr().out)["yes"] is True
    assert run(["logs", "done"], sample) == 0
    assert "output: yaml" in capsys.readouterr().out


def test_values_become_what_the_signature_says(capsys: pytest.CaptureFixture[str]) -> None:
    run(["logs", "done", "--name", "a", "--name", "b", "--folder", "/x", "-o", "json"], sample)
    record = json.loads(capsys.readouterr().out)
    assert (record["count"], record["names"], record["folder"]) == (3, ["a", "b"], "/x")


def test_a_crash_leaves_a_log_and_shows_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["logs", "crash"], sample) == 1
    assert "Traceback" not in capsys.readouterr().err
    (log,) = (tmp_path / "pingvas").glob("pingvas-crash-*.log")
    assert "ZeroDivisionError: by zero" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert run(["logs", "crash", "--debug"], sample) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [(["stop"], 3), (["lock", "release"], 3)])
def test_nobody_to_answer_is_refused_and_yes_answers(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, sample) == code
    assert "--yes" in capsys.readouterr().err
    assert run([*arguments, "--yes"], sample) == 0


def test_a_group_without_a_command_shows_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lock"], sample) == 0
    assert "pingvas lock [OPTIONS] COMMAND" in capsys.readouterr().out


def test_help_is_in_the_chosen_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["logs", "--lang", "ko", "-n", "1", "--help"], sample) == 0
    page = capsys.readouterr().out
    assert "사용법: pingvas logs" in page
    assert "기본값: 3" in page


def test_a_reader_that_goes_away_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "out").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert run(["logs", "pipe"], sample) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--state-dir", "~nouser-of-pingvas/x"], {}),
        (["--state-dir", ""], {}),
        (["--config", "~nouser-of-pingvas/x"], {}),
        ([], {"PINGVAS_STATE_DIR": "~nouser-of-pingvas"}),
        ([], {"PINGVAS_CONFIG": "~nouser-of-pingvas"}),
        ([], {"PINGVAS_LOCAL__STATE_DIR": "~nouser-of-pingvas"}),
    ],
)
def test_a_home_of_nobody_is_a_usage_error(
    arguments: list[str],
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["status", *arguments, "-o", "json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "cli.bad_path"


def test_only_work_that_was_begun_is_said_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["logs", "interrupt"], sample) == 130
    assert capsys.readouterr().err == ""
    assert run(["logs", "interrupt-work"], sample) == 130
    assert "picks the work up again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (["logs", "done", "--yes=1"], "pingvas logs"),
        (["lock", "--state-dir"], "pingvas lock"),
        (["--yes=1", "logs"], "pingvas"),
    ],
)
def test_a_misused_option_is_told_with_its_command(
    arguments: list[str], where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, sample) == 2
    assert re.search(f"where: +{where}\n", capsys.readouterr().err)
