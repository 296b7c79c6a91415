"""The real terraform on modules that need no provider, and the fake beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pingvas_cli.adapters.terraform import ThisTerraform
from pingvas_cli.ports.terraform import Terraform
from tests.fakes.terraform import FakeTerraform

GOOD = 'variable "name" {\n  type = string\n}\n\noutput "name" {\n  value = var.name\n}\n'
UNKNOWN = 'output "name" {\n  value = var.nothing\n}\n'
PROVIDER = """\
terraform {
  required_providers {
    x = {
      source = "nowhere.invalid/a/b"
    }
  }
}
"""


@pytest.fixture
def terraform() -> ThisTerraform:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    return ThisTerraform()


def module(folder: Path, text: str) -> Path:
    (folder / "main.tf").write_text(text)
    return folder


def test_a_program_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    absent: Terraform = ThisTerraform(environ={"PATH": str(tmp_path)})
    fake: Terraform = FakeTerraform(found=None)
    assert absent.version() is None
    assert fake.version() is None


def test_a_program_that_answers_nonsense_has_no_version(tmp_path: Path) -> None:
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\necho no\n")
    program.chmod(0o755)
    assert ThisTerraform(str(program), {"PATH": os.environ["PATH"]}).version() is None


def test_its_version_is_a_number(terraform: ThisTerraform) -> None:
    assert (terraform.version() or "").split(".")[0] == "1"


def test_a_good_module_passes(terraform: ThisTerraform, tmp_path: Path) -> None:
    judgement = terraform.validate(module(tmp_path, GOOD))
    assert (judgement.diagnostics, judgement.hindered) == ((), None)
    assert terraform.misformatted(tmp_path) == ()


def test_a_mistake_has_its_place(terraform: ThisTerraform, tmp_path: Path) -> None:
    (found,) = terraform.validate(module(tmp_path, UNKNOWN)).diagnostics
    assert (found.error, found.where) == (True, "main.tf:2")
    assert "undeclared" in found.summary


def test_formatting_is_told_by_file(terraform: ThisTerraform, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    module(tmp_path / "below", 'variable   "x" {}\n')
    module(tmp_path, GOOD)
    assert terraform.misformatted(tmp_path) == ("below/main.tf",)


def test_what_init_refuses_is_a_fault(terraform: ThisTerraform, tmp_path: Path) -> None:
    (found,) = terraform.validate(module(tmp_path, "variable {\n")).diagnostics
    assert found.error


def test_a_provider_out_of_reach_hinders(terraform: ThisTerraform, tmp_path: Path) -> None:
    judgement = terraform.validate(module(tmp_path, PROVIDER))
    assert judgement.diagnostics == ()
    assert judgement.hindered is not None
    assert "nowhere.invalid" in judgement.hindered
