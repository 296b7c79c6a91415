"""A real supervisord: what is declared runs, comes back when it dies, and ends when told."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pingvas_cli.adapters.host import IDENTITY, ThisHost
from pingvas_cli.adapters.supervisor import SupervisordSupervisor
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.supervisor import Program, ProgramState, ProgramStatus
from tests.pingvas_cli.adapters.conftest import Until, short_folder

SLEEP = "import json, os, time; print(json.dumps(dict(os.environ)), flush=True); time.sleep(600)"


@pytest.fixture(scope="module")
def shared() -> Iterator[SupervisordSupervisor]:
    """One supervisord for the tests that leave it running; its end takes seconds."""
    with short_folder() as folder, running(folder) as supervisor:
        yield supervisor


@pytest.fixture
def supervisor(shared: SupervisordSupervisor) -> Iterator[SupervisordSupervisor]:
    yield shared
    for path in (shared.folder / "conf.d").iterdir():
        path.unlink()
    shared.declare("none", [])
    for log in shared.logs.glob("[a-c].log"):
        log.unlink()


@pytest.fixture
def own() -> Iterator[SupervisordSupervisor]:
    """A supervisord for a test that ends it."""
    with short_folder() as folder, running(folder) as supervisor:
        yield supervisor


@contextmanager
def running(folder: Path) -> Iterator[SupervisordSupervisor]:
    inherited = {"PATH": os.environ["PATH"], IDENTITY: str(folder)}
    supervisor = SupervisordSupervisor(folder / "sv", folder / "logs", inherited)
    for each in (supervisor.folder, supervisor.logs):
        each.mkdir(mode=0o700)
    supervisor.launch()
    yield supervisor
    host = ThisHost()
    host.kill([each.pid for each in host.processes(folder)], grace_s=5)


def sleeper(
    supervisor: SupervisordSupervisor, name: str, environment: Mapping[str, str] | None = None
) -> Program:
    command = (sys.executable, "-S", "-c", SLEEP)
    return Program(
        name, command, supervisor.folder, supervisor.logs / f"{name}.log", environment or {}
    )


def of(supervisor: SupervisordSupervisor, name: str) -> ProgramStatus:
    return next(each for each in supervisor.statuses() if each.name == name)


def printed(supervisor: SupervisordSupervisor, name: str, until: Until) -> dict[str, str]:
    log = supervisor.logs / f"{name}.log"
    until(lambda: log.exists() and log.read_text().endswith("}\n"))
    found: dict[str, str] = json.loads(log.read_text().splitlines()[-1])
    return found


def pid_of(supervisor: SupervisordSupervisor, name: str, until: Until) -> int:
    until(lambda: of(supervisor, name).pid is not None)
    pid = of(supervisor, name).pid
    assert pid is not None
    return pid


def test_a_program_starts_comes_back_and_stops(
    supervisor: SupervisordSupervisor, until: Until
) -> None:
    assert supervisor.running()
    supervisor.declare("one", [sleeper(supervisor, "a"), sleeper(supervisor, "b")])
    assert {each.state for each in supervisor.statuses()} == {ProgramState.STOPPED}
    supervisor.start("one")
    supervisor.start("one")
    first, other = pid_of(supervisor, "a", until), pid_of(supervisor, "b", until)
    psutil.Process(first).kill()
    until(lambda: of(supervisor, "a").pid not in (None, first))
    assert of(supervisor, "b").pid == other
    until(lambda: of(supervisor, "a").state is ProgramState.RUNNING)
    supervisor.stop("one")
    assert {each.state for each in supervisor.statuses()} == {ProgramState.STOPPED}
    assert not psutil.pid_exists(other)
    supervisor.start("one")
    pid_of(supervisor, "b", until)


def test_a_changed_declaration_restarts_only_its_group(
    supervisor: SupervisordSupervisor, until: Until
) -> None:
    one, two = [sleeper(supervisor, "a"), sleeper(supervisor, "b")], [sleeper(supervisor, "c")]
    for group, programs in (("one", one), ("two", two)):
        supervisor.declare(group, programs)
        supervisor.start(group)
        assert supervisor.declares(group, programs)
    pids = {name: pid_of(supervisor, name, until) for name in "abc"}
    changed = [replace(one[0], environment={"COLOUR": "red"})]
    assert not supervisor.declares("one", changed)
    supervisor.declare("one", changed)
    assert [each.name for each in supervisor.statuses() if each.group == "one"] == ["a"]
    assert not any(psutil.pid_exists(pids[name]) for name in "ab")
    assert of(supervisor, "c").pid == pids["c"]
    supervisor.start("one")
    assert pid_of(supervisor, "a", until) != pids["a"]
    assert supervisor.declares("one", changed)


def test_values_arrive_whole(supervisor: SupervisordSupervisor, until: Until) -> None:
    values: tuple[str, ...] = (
        "100%",
        "%%",
        "%(ENV_PATH)s",
        "it's",
        'say "so" now',
        "a,b=c",
        "back\\slash",
    )
    values += (" spaced ", "새", "", "#;", "{}[]$`*?~&|<>")
    given = {f"SECRET_{number}": value for number, value in enumerate(values)}
    supervisor.declare("one", [sleeper(supervisor, "a", given)])
    supervisor.start("one")
    environment = printed(supervisor, "a", until)
    assert {name: environment[name] for name in given} == given
    assert "HOME" not in environment


@pytest.mark.parametrize(
    "value", ["\"'", "ends'", '"begins', "two\nlines", "a ;b", "a #b", "%(here)s"]
)
def test_a_value_that_would_be_cut_is_refused(
    supervisor: SupervisordSupervisor, value: str
) -> None:
    with pytest.raises(PingvasError) as failure:
        supervisor.declare("one", [sleeper(supervisor, "a", {"SECRET": value})])
    assert failure.value.code == "local.environment_value"
    assert value not in str(failure.value)


def test_commands_keep_their_words(supervisor: SupervisordSupervisor, until: Until) -> None:
    code = "import json, sys, time; print(json.dumps({'a': '|'.join(sys.argv[1:])}), flush=True)"
    words = ("100%", "two words", "it's", "a;b")
    command = (sys.executable, "-S", "-c", f"{code}; time.sleep(600)", *words)
    supervisor.declare("one", [replace(sleeper(supervisor, "a"), command=command)])
    supervisor.start("one")
    assert printed(supervisor, "a", until) == {"a": "|".join(words)}


def test_everything_is_closed_to_others(supervisor: SupervisordSupervisor, until: Until) -> None:
    supervisor.declare("one", [sleeper(supervisor, "a", {"SECRET": "s3cret"})])
    supervisor.start("one")
    printed(supervisor, "a", until)
    files = [*supervisor.folder.rglob("*"), *supervisor.logs.iterdir()]
    open_ones = [f for f in files if stat.S_IMODE(f.stat().st_mode) & 0o077]
    assert files
    assert open_ones == []
    command = " ".join(psutil.Process(pid_of(supervisor, "a", until)).cmdline())
    assert "s3cret" not in command


def test_a_program_that_is_not_there_is_named(
    supervisor: SupervisordSupervisor, until: Until
) -> None:
    absent = replace(sleeper(supervisor, "a"), command=("/nonexistent/program",))
    supervisor.declare("one", [absent])
    with pytest.raises(PingvasError) as failure:
        supervisor.start("one")
    assert failure.value.code == "local.supervisor_refuses"
    assert "/nonexistent/program" in str(failure.value.params["detail"])
    supervisor.declare("one", [sleeper(supervisor, "a")])
    supervisor.start("one")
    pid_of(supervisor, "a", until)


def test_a_program_that_keeps_ending_restarts(
    supervisor: SupervisordSupervisor, until: Until
) -> None:
    supervisor.declare("one", [replace(sleeper(supervisor, "a"), command=("false",))])
    supervisor.start("one")
    until(lambda: of(supervisor, "a").state is ProgramState.RESTARTING)
    assert of(supervisor, "a").uptime_s == 0
    supervisor.declare("one", [sleeper(supervisor, "a")])
    assert of(supervisor, "a").state is ProgramState.STOPPED


def test_an_unknown_group_is_stopped_already(supervisor: SupervisordSupervisor) -> None:
    supervisor.stop("nobody")
    supervisor.start("nobody")


def test_a_shutdown_leaves_nothing(own: SupervisordSupervisor, until: Until) -> None:
    own.declare("one", [sleeper(own, "a")])
    own.start("one")
    pid_of(own, "a", until)
    own.shutdown()
    assert not own.running()
    assert own.statuses() == ()
    assert not own.socket.exists()
    assert ThisHost().processes(own.folder.parent) == ()
    own.launch()
    assert of(own, "a").state is ProgramState.STOPPED


def test_it_is_launched_over_what_a_kill_left(own: SupervisordSupervisor) -> None:
    for process in ThisHost().processes(own.folder.parent):
        psutil.Process(process.pid).kill()
    psutil.wait_procs(psutil.process_iter(), timeout=0)
    assert own.socket.exists()
    assert not own.running()
    own.launch()
    assert own.running()


def test_a_socket_path_too_long_is_refused(tmp_path: Path) -> None:
    supervisor = SupervisordSupervisor(tmp_path / ("d" * 100), tmp_path, {})
    with pytest.raises(PingvasError) as failure:
        supervisor.launch()
    assert failure.value.code == "local.socket_path_too_long"
    assert not supervisor.folder.exists()


def test_a_supervisor_that_does_not_start_says_why(tmp_path: Path) -> None:
    supervisor = SupervisordSupervisor(tmp_path, tmp_path / "absent", {})
    with pytest.raises(PingvasError) as failure:
        supervisor.launch()
    assert failure.value.code == "local.supervisor_fails"
    assert "absent" in str(failure.value.params["detail"])
