"""One run at a time; a killed holder leaves nothing locked."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from pingvas_cli.errors import Exit, Refused
from pingvas_cli.steps.lock import Lock

FORK = multiprocessing.get_context("fork")


def hold(path: Path, held: Event) -> None:
    with Lock(path).held("kim", "bootstrap"):
        held.set()
        signal.pause()


def holding(path: Path) -> multiprocessing.process.BaseProcess:
    held = FORK.Event()
    process = FORK.Process(target=hold, args=(path, held))
    process.start()
    assert held.wait(10)
    return process


def test_a_free_lock_has_no_holder(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert lock.holder() is None
    with lock.held("kim", "bootstrap"):
        pass
    assert lock.holder() is None


def test_the_second_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = holding(path)
    try:
        holder = Lock(path).holder()
        assert holder is not None
        assert (holder.owner, holder.pid, holder.purpose) == ("kim", process.pid, "bootstrap")
        assert 0 <= holder.age_s(datetime.now(UTC)) < 60
        with pytest.raises(Refused) as refusal, Lock(path).held("lee", "destroy"):
            pass
        assert refusal.value.exit_code == Exit.REFUSED
        assert refusal.value.params["owner"] == "kim"
    finally:
        process.kill()
        process.join()


def test_a_killed_holder_leaves_it_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = holding(path)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert Lock(path).holder() is None
    with Lock(path).held("lee", "bootstrap"):
        assert (tmp_path / "lock.json").exists()


def test_a_hung_holder_can_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = holding(path)
    try:
        Lock(path).break_open()
        with Lock(path).held("lee", "bootstrap"):
            assert path.exists()
    finally:
        process.kill()
        process.join()
