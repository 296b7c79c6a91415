"""Is Terraform at hand, in a version whose backend locks by itself? `doctor` asks for the rest."""

from __future__ import annotations

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.rendering.contexts.root import OLDEST_TERRAFORM
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed


class Preflight:
    """Looks and changes nothing."""

    slug = "preflight"
    title = msg("bootstrap.preflight")
    patience_s = 10.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Present() if _is_new(ctx.terraform.version()) else Absent()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_preflight", oldest=OLDEST_TERRAFORM),)

    def apply(self, ctx: AwsContext) -> Applied:
        found = ctx.terraform.version()
        if not _is_new(found):
            raise StepFailed(
                "bootstrap.terraform_old",
                where="terraform",
                found=found or "-",
                oldest=OLDEST_TERRAFORM,
            )
        return Done()


def _is_new(version: str | None) -> bool:
    return version is not None and _numbers(version) >= _numbers(OLDEST_TERRAFORM)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split("-", maxsplit=1)[0].split(".")[:2])
