"""What stands already and is the platform's own: Terraform imports it instead of making another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.planned import read_json
from pingvas_cli.private_files import write_private
from pingvas_cli.rendering.renderer import as_json


@dataclass(frozen=True)
class Adopted:
    """The zone that a bootstrap made, and ARNs of secrets by path, e.g. `dev/database-app`."""

    hosted_zone_id: str | None = None
    secret_arns: Mapping[str, str] = field(default_factory=dict)


def read(ctx: AwsContext) -> Adopted:
    """What Terraform is told now."""
    found = read_json(ctx.layout.adopted).get("adopted", {})
    return Adopted(found.get("hosted_zone_id"), found.get("secret_arns", {}))


def write(ctx: AwsContext, adopted: Adopted) -> None:
    """Tell Terraform; nothing to adopt is no file."""
    if adopted == Adopted():
        ctx.layout.adopted.unlink(missing_ok=True)
        return
    told = {
        "hosted_zone_id": adopted.hosted_zone_id,
        "secret_arns": dict(sorted(adopted.secret_arns.items())),
    }
    write_private(ctx.layout.adopted, as_json({"adopted": told}).decode())
