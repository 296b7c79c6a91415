"""`pingvas bootstrap` and the life after it: again, status, stop, start, destroy."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local.parts import parts
from pingvas_cli.bootstrap.local.sequence import LOCAL
from tests.e2e.conftest import Bootstrapped
from tests.e2e.end_state import end_state
from tests.e2e.own_platform import OwnPlatform, platform_processes

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SLUGS = tuple(step.slug for step in LOCAL)
# Looks at the machine and changes nothing, so that no run ever applies it.
APPLIED = SLUGS[1:]


def test_bootstrap_applies_every_step_once(bootstrapped: Bootstrapped) -> None:
    assert tuple(bootstrapped.answer["applied"]) == APPLIED
    records = bootstrapped.platform.journal()
    assert tuple(each["slug"] for each in records) == APPLIED
    assert {each["outcome"] for each in records} == {"done"}


def test_the_answer_says_where_everything_is(bootstrapped: Bootstrapped) -> None:
    answer = bootstrapped.answer
    assert answer["parts"] == 22
    assert answer["memory_mib"] > 0
    for name in ("dev", "prod"):
        environment = answer["environments"][name]
        picture = Path(environment["picture"]).read_bytes()
        assert hashlib.sha256(picture).hexdigest() == environment["smoke_test"]["sha256"]
        assert environment["url"] == bootstrapped.platform.context.edge_url(name)


def test_status_shows_every_part_healthy(platform: OwnPlatform) -> None:
    rows = platform.data("status")
    assert {row["health"] for row in rows} == {"healthy"}
    assert {row["state"] for row in rows} == {"running"}
    assert all(row["port"] and row["pid"] for row in rows), rows


def test_a_second_run_changes_nothing(bootstrapped: Bootstrapped) -> None:
    platform = bootstrapped.platform
    before, pids = platform.journal(), _pids(platform)
    again = platform.pingvas("bootstrap")
    assert platform.journal() == before
    assert _pids(platform) == pids
    assert "22 of 22 steps" in again.stderr
    assert platform.context.edge_url("prod") in again.stdout
    assert json.loads(platform.pingvas("bootstrap", "-o", "json").stdout)["applied"] == []
    assert not end_state(platform).differences(bootstrapped.end_state)


def test_stop_and_start(bootstrapped: Bootstrapped) -> None:
    platform = bootstrapped.platform
    platform.pingvas("stop")
    assert not list(platform_processes(platform.root))
    assert platform.pingvas("status", check=False).returncode == 1
    platform.pingvas("start")
    platform.pingvas("status")
    assert not end_state(platform).differences(bootstrapped.end_state)


def _pids(platform: OwnPlatform) -> set[tuple[str, int | None]]:
    return {(part.name, part.pid) for part in parts(platform.context)}
