"""The first release: built from the tree and deployed to both environments."""

from __future__ import annotations

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class FirstRelease:
    """Only the first: later ones are promoted, not bootstrapped."""

    slug = "release"
    title = msg("local.release")
    patience_s = 120.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        deployed = all(ctx.releases.deployed(environment) for environment in ENVIRONMENTS)
        return Present() if deployed else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_release"),)

    def apply(self, ctx: LocalContext) -> Applied:
        release = ctx.releases.build()
        for environment in ENVIRONMENTS:
            if ctx.releases.deployed(environment) is None:
                ctx.releases.deploy(environment, release.id)
        return Done({"release": release.id, "sha256": release.sha256})
