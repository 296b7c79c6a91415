"""What `doctor` looks at, before anything is begun: all that stands in the way, told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.errors import Finding, Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed


class NotReady(StepFailed):
    """A finding for each thing that stands in the way."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("bootstrap.not_ready", where="preflight", count=len(findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Preflight:
    """Looks and changes nothing; what can't be read stops nothing."""

    purpose: Purpose
    slug = "preflight"
    title = msg("bootstrap.preflight")
    patience_s = 10.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Absent() if ctx.examine(self.purpose).failures else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        count = len(ctx.examine(self.purpose).failures)
        return (msg("bootstrap.preview_preflight", count=count),)

    def apply(self, ctx: AwsContext) -> Applied:
        failures = ctx.examine(self.purpose).failures
        if failures:
            raise NotReady(failures)
        return Done()
