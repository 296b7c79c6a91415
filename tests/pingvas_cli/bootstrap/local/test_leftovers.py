"""Only what the supervisor did not start is ended, and only when there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pingvas_cli.adapters.supervisor import SupervisordSupervisor
from pingvas_cli.bootstrap.local.leftovers import end_leftovers
from pingvas_cli.ports.host import HostProcess
from tests.fakes.host import FakeHost
from tests.pingvas_cli.bootstrap.local.conftest import context

RUNNING = (
    HostProcess(10, "supervisord", "supervisord", ancestors=(1,)),
    HostProcess(11, "postgres", "postgres", ancestors=(10, 1)),
    HostProcess(12, "postgres", "checkpointer", ancestors=(11, 10, 1)),
    HostProcess(20, "initdb", "initdb", ancestors=(1,)),
    HostProcess(21, "postgres", "postgres --boot", ancestors=(20, 1)),
)


@dataclass(frozen=True)
class AtProcess(SupervisordSupervisor):
    """A supervisor that is said to run as `known`."""

    known: int | None = None

    def pid(self) -> int | None:
        return self.known


@pytest.mark.parametrize(("supervisor", "ended"), [(10, [20, 21]), (None, [])])
def test_leftovers(tmp_path: Path, supervisor: int | None, ended: list[int]) -> None:
    host = FakeHost(running=RUNNING)
    ctx = context(tmp_path)
    keeper = AtProcess(ctx.layout.supervisor, ctx.layout.logs, {}, supervisor)
    end_leftovers(replace(ctx, host=host, supervisor=keeper))
    assert host.killed == ended
