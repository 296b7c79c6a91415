"""What Terraform says becomes lines of the report, and the worst line decides how it ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pingvas_cli.errors import DriftFound, PingvasError, UsageError
from pingvas_cli.messages import Translator
from pingvas_cli.ports.terraform import Diagnostic, Judgement
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.targets import ROOTS
from pingvas_cli.rendering.writer import write
from pingvas_cli.validation.examination import Examination, Report
from pingvas_cli.validation.fault import Subject
from tests.fakes.terraform import FakeTerraform
from tests.golden import configuration

TREE = {"terraform/platform/main.tf": b"one\n"}
SAY = Translator("en").text
ERROR = Diagnostic(error=True, summary="Unsupported", detail="No such argument.", where="main.tf:3")
WARNING = Diagnostic(error=False, summary="Deprecated")


def report(folder: Path, terraform: FakeTerraform, name: str = "default") -> Report:
    subject = Subject(Platform.plain(configuration(name)), date(2026, 11, 23))
    return Examination(subject, folder, terraform, lambda: TREE, str, SAY).report()


def lines(found: Report, check: str = "terraform") -> list[tuple[str, str, str]]:
    return [(one.state, one.where, one.code) for one in found.results if one.check == check]


def test_a_judgement_without_a_word_is_good(tmp_path: Path) -> None:
    found = report(tmp_path, FakeTerraform())
    assert lines(found) == [("ok", root, "") for root in ROOTS]
    found.refuse_faults(tmp_path)


def test_faults_of_files_end_with_one(tmp_path: Path) -> None:
    terraform = FakeTerraform(unformatted=("a.tf",), judgement=Judgement((ERROR, WARNING)))
    found = report(tmp_path, terraform)
    assert lines(found)[:3] == [
        ("error", "a.tf", "validation.misformatted"),
        ("error", "terraform/platform/main.tf:3", "validation.terraform_finding"),
        ("warning", "terraform/platform", "validation.terraform_finding"),
    ]
    with pytest.raises(PingvasError) as caught:
        found.refuse_faults(tmp_path)
    assert (caught.value.code, caught.value.exit_code) == ("validation.terraform_refuses", 1)


def test_what_terraform_says_is_one_line(tmp_path: Path) -> None:
    said = Diagnostic(error=True, summary="No such\nmodule", detail="The file\n  has no\n\nsuch.")
    found = report(tmp_path, FakeTerraform(judgement=Judgement((said,))))
    (params, *_) = (one.params for one in found.results if one.check == "terraform")
    assert params == {"summary": "No such module", "detail": "The file has no such."}


def test_providers_out_of_reach_are_told_and_not_held_against_the_files(tmp_path: Path) -> None:
    found = report(tmp_path, FakeTerraform(judgement=Judgement(hindered="no way to the registry")))
    assert lines(found) == [("skipped", root, "") for root in ROOTS]
    found.refuse_faults(tmp_path)


def test_mistakes_come_before_files_and_files_before_drift(tmp_path: Path) -> None:
    write({"terraform/platform/main.tf": b"two\n"}, tmp_path)
    drifted = report(tmp_path, FakeTerraform())
    assert lines(drifted, "rendered_tree")[0][0] == "drift"
    with pytest.raises(DriftFound):
        drifted.refuse_faults(tmp_path)
    with pytest.raises(PingvasError, match="terraform_refuses"):
        report(tmp_path, FakeTerraform(judgement=Judgement((ERROR,)))).refuse_faults(tmp_path)


def test_a_warning_ends_nothing(tmp_path: Path) -> None:
    report(tmp_path, FakeTerraform(judgement=Judgement((WARNING,)))).refuse_faults(tmp_path)


def test_without_the_needed_values_nothing_is_rendered(tmp_path: Path) -> None:
    from pingvas_cli.config.configuration import Configuration

    def render() -> dict[str, bytes]:
        raise AssertionError

    subject = Subject(Platform.plain(Configuration()), date(2026, 11, 23))
    found = Examination(subject, tmp_path, FakeTerraform(), render, str, SAY).report()
    with pytest.raises(UsageError):
        found.refuse_faults(tmp_path)
