"""Bootstrap on AWS attacked: each ends in a clear error and its exit code, and nothing is lost."""

from __future__ import annotations

import signal
import time

import pytest

from pingvas_cli.errors import Exit
from tests.e2e.aws_machine import COMMAND_S, AwsMachine

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


def test_credentials_of_another_account_end_it_before_anything_is_made(machine: AwsMachine) -> None:
    configuration = machine.folder / "pingvas.yaml"
    configuration.write_text(configuration.read_text().replace("123456789012", "210987654321"))
    code, _, err = machine.run("bootstrap", "--yes")
    assert code == Exit.FAILED
    assert "bootstrap.not_ready" in err
    assert "doctor.account_other" in err
    assert machine.client("s3").list_buckets()["Buckets"] == []


def test_a_second_bootstrap_and_two_interruptions_spoil_no_apply(machine: AwsMachine) -> None:
    """The lock refuses the second; Ctrl-C ends only who watches, and the next run watches on."""
    machine.wait_for_delegation()
    process = machine.begin("bootstrap", "--yes")
    runs = machine.folder / "state" / "runs"
    deadline = time.monotonic() + COMMAND_S
    while not any('"apply_start"' in each.read_text() for each in runs.glob("*-apply-*.ndjson")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    code, _, err = machine.run("bootstrap", "--yes")
    assert (code, "steps.locked" in err) == (Exit.REFUSED, True)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=COMMAND_S)
    assert process.returncode in (Exit.INTERRUPTED, -signal.SIGINT)
    assert machine.closing()["applied"][-2:] == ["secret-values", "cache-users"]
    assert len(list(runs.glob("*-apply-*.ndjson"))) == 1
