"""The first release: built from the tree and deployed to both environments."""

from __future__ import annotations

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Drifted, Inspection, Present


class FirstRelease:
    """Only the first: later ones are promoted, not bootstrapped."""

    slug = "release"
    title = msg("local.release")
    patience_s = 120.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        deployed = [ctx.releases.deployed(environment) for environment in ENVIRONMENTS]
        if not all(deployed):
            return Absent()
        gone = [each.id for each in deployed if each and not each.folder.is_dir()]
        return Drifted(msg("local.release_gone", release=gone[0])) if gone else Present()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_release"),)

    def apply(self, ctx: LocalContext) -> Applied:
        deployed = [ctx.releases.deployed(environment) for environment in ENVIRONMENTS]
        if all(deployed):
            restored = [ctx.releases.restore(each.id) for each in deployed if each]
            return Done({"release": restored[0].id, "sha256": restored[0].sha256})
        release = ctx.releases.build()
        for environment, found in zip(ENVIRONMENTS, deployed, strict=True):
            if found is None:
                ctx.releases.deploy(environment, release.id)
        return Done({"release": release.id, "sha256": release.sha256})
