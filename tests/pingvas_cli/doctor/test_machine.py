"""The local target's machine: what preflight knows, and memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pingvas_cli.doctor.checks import CHECKS
from pingvas_cli.doctor.examination import Examination, Report
from pingvas_cli.ports.host import HostProcess, PortHolder
from tests.fakes.host import FakeHost
from tests.pingvas_cli.bootstrap.local.conftest import context
from tests.pingvas_cli.doctor.worlds import WORLD, seen, subject

MIB = 1024**2


def report(folder: Path, host: FakeHost) -> Report:
    ctx = replace(context(folder / "s"), host=host)
    world = replace(WORLD, local=lambda: ctx)
    return Examination(subject({"platform": {"target": "local"}}), world, CHECKS["local"]).report()


def test_a_good_machine_is_ready(tmp_path: Path) -> None:
    found = report(tmp_path, FakeHost())
    assert (seen(found), len(found.lines)) == ([], 3)
    assert not (tmp_path / "s").exists()


def test_what_preflight_refuses_fails(tmp_path: Path) -> None:
    host = FakeHost(free_bytes=1, listeners={15432: PortHolder(7, "postgres")})
    host.listeners = dict.fromkeys(range(2000, 32768), PortHolder(7, "postgres"))
    found = {(state, code) for _, state, _, code in seen(report(tmp_path, host))}
    assert found == {("failed", "local.disk_full"), ("failed", "local.port_in_use")}


def test_little_memory_is_told(tmp_path: Path) -> None:
    host = FakeHost(memory_free_bytes=2048 * MIB - 1, shared_free_bytes=64 * MIB - 1)
    assert seen(report(tmp_path, host)) == [
        ("machine", "warning", "memory", "doctor.memory_low"),
        ("machine", "warning", "shared memory", "doctor.memory_low"),
    ]


def test_memory_that_the_platform_holds_itself_is_not_missed(tmp_path: Path) -> None:
    host = FakeHost(memory_free_bytes=0, running=(HostProcess(7, "postgres", "postgres"),))
    assert seen(report(tmp_path, host)) == []


def test_a_system_without_that_folder_is_no_worse(tmp_path: Path) -> None:
    found = report(tmp_path, FakeHost(shared_free_bytes=None))
    assert [line.verdict.where for line in found.lines] == ["local", "memory"]
