"""`pingvas bootstrap` and `destroy` in a cluster: look, show what would be done, ask, do it."""

from __future__ import annotations

from collections.abc import Sequence

from pingvas_cli.bootstrap.cluster.closing import closing
from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.preflight import NotPrepared, examine, examine_removal
from pingvas_cli.bootstrap.cluster.removal import claims, kept
from pingvas_cli.bootstrap.cluster.sequence import CLUSTER, CLUSTER_DESTROY
from pingvas_cli.cluster_platform import ClusterPlatform
from pingvas_cli.commands.shown import PLAN_COLUMNS, ask_to_run, plan_records, show_end
from pingvas_cli.errors import Finding, Message, msg
from pingvas_cli.session import Session
from pingvas_cli.steps.step import Step
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.modes import OutputFormat

Steps = Sequence[Step[ClusterContext]]


def bootstrap(session: Session, platform: ClusterPlatform, steps: Steps, *, dry_run: bool) -> None:
    """Nothing is asked of the cluster before the preflight; what fails there ends it."""
    found = examine(platform.context)
    _tell(session, platform, found.warnings)
    if found.failures:
        raise NotPrepared(found.failures)
    plan = platform.plan(steps)
    if dry_run:
        session.show(plan_records(session, plan), PLAN_COLUMNS)
        return
    if session.interactive:
        ask_to_run(session, plan)
    summary = platform.run("bootstrap", steps, plan, session.progress)
    if steps[-1] is CLUSTER[-1]:
        show_end(session, closing(platform.context, summary))
    elif session.options.output is not OutputFormat.TABLE:
        session.show_one({"applied": list(summary.applied)}, ())


def destroy(session: Session, platform: ClusterPlatform) -> None:
    """Remove everything that is this platform's, after its name was typed."""
    ctx = platform.context
    found = examine_removal(ctx)
    if found.failures:
        raise NotPrepared(found.failures)
    _tell(session, platform, ())
    plan = platform.plan(CLUSTER_DESTROY)
    if any(entry.to_do for entry in plan):
        session.preview(plan_records(session, plan), PLAN_COLUMNS)
        data = ", ".join(claims(ctx)) or "-"
        session.confirmation.typed(msg("cluster.ask_to_destroy", data=data), ctx.name)
    summary = platform.run("destroy", CLUSTER_DESTROY, plan, session.progress)
    platform.forget()
    left = kept(ctx)
    if session.options.output is not OutputFormat.TABLE:
        session.show_one({"removed": list(summary.applied), "kept": list(left)}, ())
    if left:
        session.note(msg("cluster.destroyed_but", kept=", ".join(left)), Tone.WARNING)
    else:
        session.note(msg("cluster.destroyed"), Tone.GOOD)


def _tell(session: Session, platform: ClusterPlatform, warnings: Sequence[Finding]) -> None:
    """Which cluster it is, and what is only worth knowing."""
    server = platform.context.kubernetes.server()
    told = {"context": server.context, "server": server.address, "version": server.version}
    session.note(msg("cluster.speaks_to", **told))
    for each in warnings:
        what, remedy = session.translator.error(Message(each.code, each.params))
        warned = msg("bootstrap.warned", where=each.where, what=what, remedy=remedy)
        session.note(warned, Tone.WARNING)
