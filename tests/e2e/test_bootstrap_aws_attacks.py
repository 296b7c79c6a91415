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
    for step in ("state-bucket", "hosted-zone", "deleted-secrets"):
        code, _, err = machine.run("bootstrap", "--yes", "--only", step)
        assert (code, "doctor.account_other" in err) == (Exit.FAILED, True)
    assert machine.client("s3").list_buckets()["Buckets"] == []
    assert machine.client("route53").list_hosted_zones()["HostedZones"] == []


def test_a_second_bootstrap_and_two_interruptions_spoil_no_apply(machine: AwsMachine) -> None:
    """The lock refuses the second; Ctrl-C ends only who watches, and the next run watches on."""
    machine.wait_for_delegation()
    process = machine.begin_apply()
    code, _, err = machine.run("bootstrap", "--yes")
    assert (code, "steps.locked" in err) == (Exit.REFUSED, True)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=COMMAND_S)
    assert process.returncode in (Exit.INTERRUPTED, -signal.SIGINT)
    assert machine.closing()["applied"][-2:] == ["secret-values", "cache-users"]
    assert len(list(machine.applies())) == 1
