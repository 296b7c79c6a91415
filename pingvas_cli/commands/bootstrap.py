"""`pingvas bootstrap`: stand the platform up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pingvas_cli import completers
from pingvas_cli.bootstrap.aws.sequence import AWS
from pingvas_cli.bootstrap.cluster.sequence import CLUSTER
from pingvas_cli.bootstrap.local.closing import closing
from pingvas_cli.commands import bootstrap_aws, bootstrap_cluster
from pingvas_cli.commands.shown import PLAN_COLUMNS, ask_to_run, plan_records, show_end
from pingvas_cli.commands.target import Target, target_of
from pingvas_cli.errors import UsageError
from pingvas_cli.session import Session
from pingvas_cli.steps.plan import select


def bootstrap(
    ctx: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.bootstrap_dry_run")] = False,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="STEP", autocompletion=completers.steps, help="cli.bootstrap_from"
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="STEP", autocompletion=completers.steps, help="cli.bootstrap_only"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="STEP", autocompletion=completers.steps, help="cli.bootstrap_until"),
    ] = None,
    target: Annotated[Target | None, typer.Option("--target", help="cli.target")] = None,
    approve: Annotated[
        str | None, typer.Option("--approve", metavar="DIGEST", help="cli.approve")
    ] = None,
    kubeconfig: Annotated[
        Path | None, typer.Option("--kubeconfig", metavar="FILE", help="cli.kubeconfig")
    ] = None,
    context: Annotated[
        str | None, typer.Option("--context", metavar="NAME", help="cli.context")
    ] = None,
) -> None:
    """Plan, ask once where somebody can answer, run, show where everything is."""
    session = Session.of(ctx)
    place = target_of(session, target)
    if approve is not None and place is not Target.AWS:
        raise UsageError("cli.approve_local", where="--approve")
    match place:
        case Target.AWS:
            steps = select(AWS, start=start, only=only, until=until)
            bootstrap_aws.bootstrap(session, steps, dry_run=dry_run, approved=approve)
        case Target.CLUSTER:
            platform = session.cluster(kubeconfig, context)
            chosen = select(CLUSTER, start=start, only=only, until=until)
            bootstrap_cluster.bootstrap(session, platform, chosen, dry_run=dry_run)
        case Target.LOCAL:
            _bootstrap(session, start=start, only=only, until=until, dry_run=dry_run)


def _bootstrap(
    session: Session, *, start: str | None, only: str | None, until: str | None, dry_run: bool
) -> None:
    platform = session.local
    steps = platform.select(start=start, only=only, until=until)
    plan = platform.plan(steps)
    if dry_run:
        session.show(plan_records(session, plan), PLAN_COLUMNS)
        return
    if session.interactive:
        ask_to_run(session, plan)
    summary = platform.run(steps, plan, session.progress)
    if steps[-1] is platform.last_step:
        show_end(session, closing(platform.context, summary))
