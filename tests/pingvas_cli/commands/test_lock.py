"""`pingvas lock`: who works on the platform, and what a second one is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pingvas_cli.commands.conftest import Run

HOLD = """
import sys; from pathlib import Path
from pingvas_cli.steps.lock import Lock
with Lock(Path(sys.argv[1])).held("somebody", "bootstrap"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of a platform."""
    state.mkdir(parents=True)
    for name in ("pingvas-platform", "secrets.json"):
        (state / name).touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_holder_is_shown(pingvas: Run, holder: subprocess.Popen[str]) -> None:
    code, out, _ = pingvas("lock", "status", "-o", "json")
    record = json.loads(out)
    assert code == 0
    assert list(record) == ["held", "owner", "pid", "host", "purpose", "since", "age_s"]
    assert (record["owner"], record["purpose"]) == ("somebody", "bootstrap")
    assert record["pid"] == holder.pid
    assert record["age_s"] >= 0
    assert re.search(rf"pid +{holder.pid}", pingvas("lock", "status")[1])


@pytest.mark.parametrize(
    "arguments", [("stop",), ("destroy", "--yes"), ("release", "build"), ("checkpoint", "add", "x")]
)
def test_a_second_one_is_refused(
    pingvas: Run, holder: subprocess.Popen[str], arguments: tuple[str, ...], state: Path
) -> None:
    code, _, err = pingvas(*arguments)
    assert code == 3
    assert err.startswith("error[steps.locked]")
    assert "somebody" in err
    assert str(holder.pid) in err
    assert (state / "secrets.json").exists()


def test_a_living_holder_keeps_it_unless_forced(
    pingvas: Run, holder: subprocess.Popen[str]
) -> None:
    code, _, err = pingvas("lock", "release")
    assert code == 3
    assert err.startswith("error[steps.lock_alive]")
    assert pingvas("lock", "release", "--force")[0] == 0
    assert json.loads(pingvas("lock", "status", "-o", "json")[1]) == {"held": False}


def test_that_of_a_platform_on_aws_is_shown(
    pingvas: Run, holder: subprocess.Popen[str], tmp_path: Path, state: Path
) -> None:
    (tmp_path / "pingvas.yaml").write_text(
        "platform:\n  target: aws\n  domain: pingvas.example.com\n"
        '  account_id: "123456789012"\n  owner_email: owner@example.com\n'
        "gitops:\n  repository: https://github.com/owner/repository\n"
    )
    code, out, err = pingvas("lock", "status", "--state-dir", str(state), "-o", "json")
    assert (code, json.loads(out)["pid"]) == (0, holder.pid), err


def test_it_ends_with_its_holder(pingvas: Run, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert json.loads(pingvas("lock", "status", "-o", "json")[1]) == {"held": False}
    assert pingvas("lock", "release")[0] == 0
