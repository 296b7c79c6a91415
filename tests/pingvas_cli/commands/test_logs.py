"""`pingvas logs`: the end of a log, and what comes after, through rotations, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pingvas_cli.commands.conftest import Run

PROGRAM = Path(sysconfig.get_path("scripts")) / "pingvas"


@pytest.fixture
def log(state: Path) -> Path:
    path = state / "logs" / "dev-user.log"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"line {number}\n" for number in range(1, 201)))
    (state / "logs" / "postgres.log").write_text("ready\n")
    (state / "logs" / "postgres.log.1").write_text("older\n")
    return path


@pytest.fixture
def following(log: Path, state: Path) -> Iterator[subprocess.Popen[str]]:
    environ = {**os.environ, "PINGVAS_LANG": "en", "PYTHONUNBUFFERED": "1"}
    command = [str(PROGRAM), "logs", "dev-user", "-f", "-n", "1", "--state-dir", str(state)]
    with subprocess.Popen(
        command, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_the_end_is_shown(pingvas: Run, log: Path) -> None:
    lines = pingvas("logs", "dev-user")[1].splitlines()
    assert (len(lines), lines[0], lines[-1]) == (100, "line 101", "line 200")
    assert pingvas("logs", "dev-user", "-n", "2")[1] == "line 199\nline 200\n"
    assert pingvas("logs", "dev-user", "-n", "0") == (0, "", "")
    assert pingvas("logs", "postgres")[1] == "ready\n"


def test_odd_bytes_are_no_crash(pingvas: Run, log: Path) -> None:
    log.write_bytes(b"\xff\xfe half\n\nlast without end")
    code, out, _ = pingvas("logs", "dev-user")
    assert (code, out) == (0, "�� half\n\nlast without end\n")


@pytest.mark.parametrize(("language", "word"), [("en", "There is no part"), ("ko", "없습니다")])
def test_an_unknown_part_is_answered_with_the_known(
    pingvas: Run, log: Path, language: str, word: str
) -> None:
    code, out, err = pingvas("logs", "nobody", "--lang", language)
    assert (code, out) == (2, "")
    assert "error[local.no_such_part]" in err or language == "ko"
    assert word in err
    assert "dev-user, postgres" in err


def test_it_follows_through_rotations_and_ends_on_interrupt(
    following: subprocess.Popen[str], log: Path
) -> None:
    assert line(following) == "line 200"
    append(log, "a new one\nbegun")
    assert line(following) == "a new one"
    append(log, " and ended\n")
    assert line(following) == "begun and ended"
    append(log, "last of the old\n")
    log.rename(log.with_suffix(".log.1"))
    log.write_text("first of the new\n" * 200)
    assert line(following) == "last of the old"
    assert {line(following) for _ in range(200)} == {"first of the new"}
    log.write_text("cut short\n")
    assert line(following) == "cut short"
    following.send_signal(signal.SIGINT)
    assert following.wait(20) == 130
    assert following.stderr is not None
    assert "Traceback" not in following.stderr.read()
