"""What Terraform could not do, as a failure of a step with a finding for each resource."""

from __future__ import annotations

from pathlib import Path

from pingvas_cli.errors import Finding
from pingvas_cli.ports.terraform_root import Failure, Progress
from pingvas_cli.steps.step import StepFailed


class TerraformFailed(StepFailed):
    """Some resources failed; each finding has the resource's address and AWS's words."""

    def __init__(self, code: str, found: Progress, run: Path) -> None:
        super().__init__(code, count=len(found.failures), done=len(found.done), log=str(run))
        self.findings = tuple(map(_finding, found.failures))


def failed(code: str, found: Progress, run: Path) -> StepFailed:
    """The failure of a run; without a word of Terraform's, it was killed."""
    if not found.failures:
        return StepFailed("bootstrap.terraform_ended", where=str(run), log=str(run))
    return TerraformFailed(code, found, run)


def _finding(failure: Failure) -> Finding:
    values = {"summary": failure.summary, "detail": failure.detail or "-"}
    return Finding(failure.where or "terraform", "bootstrap.resource_fails", values)
