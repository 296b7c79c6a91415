"""No two processes of a run may draw one port, nor one that a local platform of the tests has."""

from __future__ import annotations

import pytest

from pingvas_cli.config.local import LocalSection
from tests.servers.ports import PORTS, free_port, own_ports


def test_no_platform_of_the_tests_has_one_of_them() -> None:
    for offset in range(200, 3001):
        taken = LocalSection.model_construct(port_offset=offset).ports().values()
        assert not [port for port in taken if port in PORTS]


def test_processes_of_one_run_draw_from_parts_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    drawn: list[int] = []
    for worker in range(3):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{worker}")
        assert free_port() in own_ports()
        drawn += own_ports()
    assert sorted(drawn) == list(PORTS)


def test_a_process_alone_has_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    assert own_ports() == PORTS


def test_none_is_drawn_again_before_it_may_have_been_opened() -> None:
    assert len({free_port() for _ in range(64)}) == 64
