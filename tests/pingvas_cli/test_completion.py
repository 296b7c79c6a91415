"""What the Tab key offers, and the three shells asking for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pingvas_cli.app import build
from pingvas_cli.completers import releases
from pingvas_cli.completion import answer
from pingvas_cli.errors import UsageError
from pingvas_cli.parser import Context
from pingvas_cli.session import GlobalOptions, Session
from pingvas_cli.shells import Shell, current_shell, install_script, script
from tests.pingvas_cli.test_main import sample


def offered(*words: str, asking: str = "bash") -> list[str]:
    session = Session(GlobalOptions())
    return answer(sample("en"), session, words, asking).splitlines()


def test_commands_options_and_values_are_offered() -> None:
    assert offered("") == ["logs", "stop", "lock"]
    assert offered("lo") == ["logs", "lock"]
    assert offered("lock", "") == ["release"]
    assert offered("logs", "in") == ["interrupt", "interrupt-work"]
    assert offered("logs", "done", "--cou") == ["--count"]
    assert offered("logs", "-o", "") == ["table", "json", "yaml", "ndjson"]
    assert offered("logs", "--output=j") == ["--output=json"]
    assert offered("logs", "--output", "=", "j") == ["json"]
    assert offered("logs", "done", "--folder", "") == [":files"]
    assert offered("logs", "done", "") == []


def test_an_option_is_offered_once_unless_it_may_repeat() -> None:
    assert offered("logs", "--count", "1", "--co") == ["--color", "--config"]
    assert offered("logs", "--name", "a", "--na") == ["--name"]


def test_meanings_are_written_as_each_shell_wants_them() -> None:
    assert offered("sto", asking="fish") == ["stop\tStop every process and keep the data."]
    assert offered("sto", asking="zsh") == ["stop:Stop every process and keep the data."]


def test_releases_are_the_folders_of_the_state(tmp_path: Path) -> None:
    for name in ("one", "two", ".half"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    (tmp_path / "releases" / "file.whl").touch()
    context = Context(sample("en"), obj=Session(GlobalOptions(state_dir=tmp_path)))
    assert set(releases(context, "")) == {"one", "two"}  # type: ignore[arg-type]
    nowhere = Context(sample("en"), obj=Session(GlobalOptions(state_dir=tmp_path / "no")))
    assert releases(nowhere, "") == []  # type: ignore[arg-type]


def test_a_script_is_installed_where_its_shell_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for shell in Shell:
        path = install_script(shell)
        assert path.is_relative_to(tmp_path)
        assert path.read_text() == script(shell)


def test_the_shell_is_the_person_s_own() -> None:
    assert current_shell({"SHELL": "/usr/bin/zsh"}) is Shell.ZSH
    with pytest.raises(UsageError):
        current_shell({"SHELL": "/bin/tcsh"})


ASK = {
    "bash": "COMP_WORDS=(pingvas completion show ''); COMP_CWORD=3; "
    '_pingvas_completion pingvas; printf "%s\\n" "${COMPREPLY[@]}"',
    "fish": "complete --do-complete 'pingvas completion show '",
    "zsh": "_describe() { shift 2; print -l -- ${(P)1} }; words=(pingvas completion show ''); "
    "CURRENT=4; _pingvas_under_test",
}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_real_shell_gets_the_answers(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    program = tmp_path / "pingvas"
    program.write_text('#!/bin/sh\nexec "$PYTHON" -m pingvas_cli "$@"\n')
    program.chmod(0o755)
    body = script(Shell(shell))
    if shell == "zsh":
        body = body.partition("if [[ ${funcstack")[0].replace("_pingvas()", "_pingvas_under_test()")
    environ = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHON": shutil.which("python") or "python3",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": str(tmp_path),
    }
    command = [shell, "-c", f"{body}\n{ASK[shell]}"]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == {"bash", "zsh", "fish"}, ran.stderr


def test_sections_are_offered() -> None:
    words = ["config", "explain", "lo"]
    assert answer(build("en"), Session(GlobalOptions()), words, "bash") == "local\n"


@pytest.mark.parametrize("variable", ["PINGVAS_STATE_DIR", "PINGVAS_LOCAL__STATE_DIR"])
def test_names_come_from_the_folder_that_commands_use(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "releases" / "one").mkdir(parents=True)
    monkeypatch.delenv("PINGVAS_STATE_DIR", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    words = ["release", "show", ""]
    assert answer(build("en"), Session(GlobalOptions()), words, "bash") == "one\n"
    monkeypatch.setenv(variable, "~nouser-of-pingvas")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "none"))
    assert answer(build("en"), Session(GlobalOptions()), words, "bash") == ""
