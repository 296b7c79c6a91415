"""Real terraform on real files, and the fake beside it."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pingvas_cli.adapters.terraform_root import ThisTerraformRoot
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.terraform_root import (
    Action,
    Holder,
    Progress,
    StateLock,
    StateVersion,
    TerraformRoot,
)
from tests.fakes.terraform_root import FakeTerraformRoot
from tests.servers.stand_in_provider import stand_in

MAIN = """\
terraform {
  backend "local" {}
}

resource "terraform_data" "first" {
  input = "SECRET"
}

resource "terraform_data" "slow" {
  triggers_replace = [terraform_data.first.id]

  provisioner "local-exec" {
    command = "sleep ${var.seconds}"
  }
}

variable "seconds" {
  type    = number
  default = 0
}

output "name" {
  value = { first = "x" }
}
"""
BUCKET = """\
terraform {
  backend "local" {}

  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

module "store" {
  source = "./store"
}
"""
STORE = 'resource "aws_lb" "this" {\n  name = "x"\n  enable_deletion_protection = true\n}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "main.tf").write_text(MAIN)
    return tmp_path


@pytest.fixture
def root(folder: Path) -> ThisTerraformRoot:
    return rooted(folder)


def rooted(folder: Path, **environ: str) -> ThisTerraformRoot:
    backend = {"path": str(folder / "state" / "terraform.tfstate")}
    kept = {"PATH": os.environ["PATH"], "HOME": str(folder), **environ}
    return ThisTerraformRoot(folder / "root", folder / "data", kept, backend)


def ended(root: TerraformRoot, run: Path) -> Progress:
    """The end of a run."""
    deadline = time.monotonic() + 60
    while (found := root.progress(run)) and found.running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert found is not None
    return found


def planned(root: TerraformRoot, folder: Path, *, destroy: bool = False) -> Path:
    saved = folder / "plan"
    root.begin_plan(folder / "plan.run", saved, destroy=destroy)
    assert ended(root, folder / "plan.run").complete
    return saved


def both(folder: Path) -> list[TerraformRoot]:
    return [rooted(folder), FakeTerraformRoot()]


def test_arguments_of_a_persons_shell_change_no_plan(folder: Path) -> None:
    root = rooted(folder, TF_CLI_ARGS_plan="-destroy", TF_CLI_ARGS_apply="-destroy")
    root.initialise()
    changes = root.plan(planned(root, folder)).changes
    assert {each.action for each in changes} == {Action.CREATE}


def test_the_contract(folder: Path) -> None:
    for root in both(folder):
        assert not root.ready()
        root.initialise()
        assert root.ready()
        assert root.state() == StateVersion()
        assert root.progress(folder / "apply.run") is None
        saved = planned(root, folder)
        assert saved.stat().st_mode & 0o777 == 0o600
        plan = root.plan(saved)
        assert plan.applicable
        assert {each.action for each in plan.changes} == {Action.CREATE}
        root.begin_apply(folder / "apply.run", saved)
        end = ended(root, folder / "apply.run")
        assert (end.complete, end.failures, end.working) == (True, (), ())
        assert {each.address for each in end.done} == {each.address for each in plan.changes}
        assert end.planned == len(plan.changes)
        assert root.state().serial > 0
        assert not root.plan(planned(root, folder)).applicable
        removal = root.plan(planned(root, folder, destroy=True))
        assert all(each.destroys for each in removal.changes)
        (folder / "apply.run").unlink(missing_ok=True)
        (folder / "plan").unlink()
        with pytest.raises(PingvasError, match=r"terraform\.command_fails"):
            root.plan(folder / "plan")


def test_a_state_that_was_not_saved_is_saved_once(root: ThisTerraformRoot, folder: Path) -> None:
    """As Terraform leaves one when its backend does not answer at the end of an apply."""
    root.initialise()
    root.begin_apply(folder / "apply.ndjson", planned(root, folder))
    ended(root, folder / "apply.ndjson")
    assert not root.has_unsaved_state()
    unsaved = root.root / "errored.tfstate"
    newer = json.loads(root._say("state", "pull"))
    newer["serial"] += 1
    unsaved.write_text(json.dumps(newer))
    assert root.has_unsaved_state()
    root.save_unsaved_state()
    assert root.state().serial == newer["serial"]
    assert not root.has_unsaved_state()
    unsaved.write_text(json.dumps({**newer, "lineage": "another"}))
    with pytest.raises(PingvasError, match=r"terraform\.command_fails"):
        root.save_unsaved_state()
    assert root.has_unsaved_state()


def test_outputs_are_values(root: ThisTerraformRoot, folder: Path) -> None:
    root.initialise()
    saved = planned(root, folder)
    root.begin_apply(folder / "apply.run", saved)
    ended(root, folder / "apply.run")
    assert root.outputs() == {"name": {"first": "x"}}


def test_what_it_tells_is_private(root: ThisTerraformRoot, folder: Path) -> None:
    root.initialise()
    planned(root, folder)
    run = folder / "plan.run"
    assert run.stat().st_mode & 0o777 == 0o600
    assert "SECRET" not in run.read_text()


def test_a_plan_is_applied_once(root: ThisTerraformRoot, folder: Path) -> None:
    root.initialise()
    saved = planned(root, folder)
    for run in (folder / "1.run", folder / "2.run"):
        root.begin_apply(run, saved)
        end = ended(root, run)
    assert not end.complete
    assert end.failures[0].summary == "Saved plan is stale"


def test_a_failed_resource_has_its_address(root: ThisTerraformRoot, folder: Path) -> None:
    text = MAIN.replace("sleep ${var.seconds}", "exit 3")
    (folder / "root" / "main.tf").write_text(text)
    root.initialise()
    root.begin_apply(folder / "a.run", planned(root, folder))
    end = ended(root, folder / "a.run")
    assert not end.complete
    assert end.failures[0].where == "terraform_data.slow"
    assert [each.address for each in end.done] == ["terraform_data.first"]


def test_a_mistake_in_the_files_has_its_place(root: ThisTerraformRoot, folder: Path) -> None:
    root.initialise()
    (folder / "root" / "main.tf").write_text(MAIN + 'output "x" {\n  value = var.no\n}\n')
    root.begin_plan(folder / "p.run", folder / "plan")
    assert ended(root, folder / "p.run").failures[0].where == "main.tf:26"


def test_a_program_that_is_absent_is_told(root: ThisTerraformRoot) -> None:
    with pytest.raises(PingvasError, match=r"terraform\.absent"):
        replace(root, program="terraform-of-nobody").initialise()
    with pytest.raises(PingvasError, match=r"terraform\.absent"):
        replace(root, program="terraform-of-nobody").begin_plan(root.data / "p", root.data)


BEGINNER = """\
import sys
from pathlib import Path
from tests.pingvas_cli.adapters.test_terraform_root import planned, rooted
folder = Path(sys.argv[1])
root = rooted(folder, TF_VAR_seconds="3")
root.initialise()
root.begin_apply(folder / "apply.run", planned(root, folder))
print("begun", flush=True)
sys.stdin.read()
"""


def test_a_run_outlives_its_beginner_and_is_watched_on(folder: Path) -> None:
    beginner = subprocess.Popen(
        [sys.executable, "-c", BEGINNER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with beginner:
        assert beginner.stdout is not None
        assert beginner.stdout.readline() == "begun\n"
        beginner.kill()
    again = rooted(folder)
    found = again.progress(folder / "apply.run")
    assert found is not None
    assert found.running
    assert ended(again, folder / "apply.run").complete
    assert again.state().serial > 0


def test_a_lock_is_told_and_taken_from_the_dead_only(folder: Path) -> None:
    root = rooted(folder, TF_VAR_seconds="30")
    root.initialise()
    saved = planned(root, folder)
    root.begin_apply(folder / "apply.run", saved)
    while not (found := root.progress(folder / "apply.run")) or not found.working:
        time.sleep(0.05)
    root.begin_plan(folder / "p.run", saved.with_name("other"))
    end = ended(root, folder / "p.run")
    assert end.lock is not None
    assert end.lock.who == f"{getpass.getuser()}@{socket.gethostname()}"
    assert root.holder(end.lock) is Holder.ALIVE
    empty = {"version": 4, "serial": 9, "lineage": "x", "outputs": {}, "resources": []}
    (root.root / "errored.tfstate").write_text(json.dumps(empty))
    hindering = root.save_unsaved_state()
    assert hindering is not None
    assert hindering.id == end.lock.id
    assert root.holder(replace(end.lock, who="ann@elsewhere")) is Holder.ELSEWHERE
    os.killpg(root._begun[folder / "apply.run"].pid, signal.SIGKILL)
    killed = ended(root, folder / "apply.run")
    assert (killed.complete, killed.failures) == (False, ())
    assert root.holder(end.lock) is Holder.DEAD


def test_a_lock_without_an_id_is_a_plain_failure(root: ThisTerraformRoot) -> None:
    lock = StateLock("x", f"{getpass.getuser()}@{socket.gethostname()}", "Apply", "nonsense")
    assert root.holder(lock) in (Holder.ALIVE, Holder.DEAD)


def test_resources_of_modules_through_a_provider(folder: Path, tmp_path: Path) -> None:
    (folder / "root" / "store").mkdir()
    (folder / "root" / "main.tf").write_text(BUCKET)
    (folder / "root" / "store" / "main.tf").write_text(STORE)
    root = rooted(folder, AWS_REGION="us-east-1", **stand_in(tmp_path))
    root.initialise()
    saved = planned(root, folder)
    (change,) = root.plan(saved).changes
    assert (change.module, change.type, change.protected) == ("module.store", "aws_lb", False)
    root.begin_apply(folder / "apply.run", saved)
    assert ended(root, folder / "apply.run").complete
    (change,) = root.plan(planned(root, folder, destroy=True)).changes
    assert (change.action, change.protected) == (Action.DELETE, True)
