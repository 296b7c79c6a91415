"""Terraform turned to its backend, with the modules and providers of the present files."""

from __future__ import annotations

from hashlib import sha256

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class TerraformInit:
    """Done again whenever a file of HCL changes."""

    slug = "terraform-init"
    title = msg("bootstrap.terraform_init")
    patience_s = 300.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Present() if is_initialised(ctx) else Absent()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_init"),)

    def apply(self, ctx: AwsContext) -> Applied:
        ctx.root.initialise()
        write_private(ctx.layout.initialised, _digest(ctx))
        return Done()


def is_initialised(ctx: AwsContext) -> bool:
    """Whether Terraform can be asked."""
    mark = ctx.layout.initialised
    if not (mark.exists() and ctx.root.ready()):
        return False
    return mark.read_text(encoding="utf-8") == _digest(ctx)


def _digest(ctx: AwsContext) -> str:
    found = sha256()
    for path in sorted((ctx.layout.tree / "terraform").rglob("*.tf")):
        found.update(f"{path} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()
