"""Programs that run once: their lines as they come, their failure with the end of their log."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import psutil
import pytest

from pingvas_cli.adapters.one_off import ChildOneOffs
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.one_off import OneOff


def program(folder: Path, code: str, **environment: str) -> OneOff:
    log = folder / "logs" / "program.log"
    return OneOff((sys.executable, "-S", "-u", "-c", code), folder, environment, log)


def failure_of(one_off: OneOff) -> PingvasError:
    with pytest.raises(PingvasError) as failure:
        ChildOneOffs({}).run(one_off)
    return failure.value


def test_lines_come_before_the_end(tmp_path: Path) -> None:
    code = "import sys; print('one'); sys.stdin.read(); print('two'); input()"
    waiting = "import pathlib, time\nprint('one')\nwhile not pathlib.Path('go').exists():\n"
    lines = ChildOneOffs({}).stream(program(tmp_path, f"{waiting} time.sleep(.01)\nprint('two')"))
    assert next(lines) == "one"
    (tmp_path / "go").touch()
    assert list(lines) == ["two"]
    assert failure_of(program(tmp_path, code)).params["status"] == 1


def test_it_sees_what_it_is_given_and_no_more(tmp_path: Path) -> None:
    code = "import os; print(os.environ.get('A'), os.environ.get('B'), os.environ.get('HOME'))"
    one_off = program(tmp_path, code, B="2")
    assert ChildOneOffs({"A": "1", "B": "inherited"}).run(one_off) == "1 2 None\n"


def test_a_failure_tells_the_end_of_the_log(tmp_path: Path) -> None:
    code = "import sys\nfor n in range(9): print(n, file=sys.stderr)\nsys.exit('why')"
    failure = failure_of(program(tmp_path, code))
    assert failure.code == "local.one_off_fails"
    assert failure.where == str(tmp_path / "logs" / "program.log")
    assert failure.params["status"] == 1
    assert failure.params["detail"] == "5\n6\n7\n8\nwhy"


def test_the_log_is_private_and_grows(tmp_path: Path) -> None:
    one_off = program(tmp_path, "print('x')")
    for _ in range(2):
        ChildOneOffs({}).run(one_off)
    assert one_off.log.read_text() == "x\nx\n"
    assert stat.S_IMODE(one_off.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(one_off.log.parent.stat().st_mode) == 0o700


def test_any_bytes_may_come(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.buffer.write(b'\\xff\\xfe {\\n')"
    assert ChildOneOffs({}).run(program(tmp_path, code)) == "�� {\n"


@pytest.mark.parametrize("missing", ["program", "folder"])
def test_what_cannot_be_started_is_our_error(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "absent" if missing == "folder" else tmp_path
    command = ("/nonexistent/program",) if missing == "program" else ("true",)
    failure = failure_of(OneOff(command, folder, {}, tmp_path / "log"))
    assert failure.code == "local.cannot_run"
    assert failure.where in ("/nonexistent/program", str(tmp_path / "absent"))


def test_it_ends_when_nobody_reads_on(tmp_path: Path) -> None:
    code = "import os, time; print(os.getpid()); time.sleep(600)"
    lines = ChildOneOffs({}).stream(program(tmp_path, code))
    pid = int(next(lines))
    lines.close()  # type: ignore[attr-defined]  # the port promises an iterator, no generator
    assert not psutil.pid_exists(pid)
