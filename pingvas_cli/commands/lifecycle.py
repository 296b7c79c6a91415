"""`pingvas start`, `stop` and `destroy`: the life of the local platform after bootstrap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pingvas_cli.bootstrap.local import teardown
from pingvas_cli.commands import bootstrap_aws, bootstrap_cluster
from pingvas_cli.commands.target import Target, target_of
from pingvas_cli.errors import PingvasError, UsageError, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone


def start(ctx: typer.Context) -> None:
    """Run the steps whose result is gone: mostly, start processes."""
    session = Session.of(ctx)
    platform = session.local
    if not platform.layout.root.exists():
        raise UsageError("local.not_bootstrapped", where=str(platform.layout.root))
    steps = platform.select(start=None, only=None, until=None)
    platform.run(steps, platform.plan(steps), session.progress)


def stop(ctx: typer.Context) -> None:
    """Stop every process; the data stays."""
    session = Session.of(ctx)
    if not session.local.layout.root.exists():
        session.note(msg("local.nothing_runs", folder=session.local.layout.root))
        return
    teardown.require_platform(session.local.context)
    with session.local.locked("stop"):
        ran = teardown.stop(session.local.context)
    session.note(msg("local.stopped" if ran else "local.was_stopped"), Tone.GOOD)


def destroy(
    ctx: typer.Context,
    *,
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
    """Remove the platform and report what is left, which is nothing."""
    session = Session.of(ctx)
    match target_of(session, target):
        case Target.AWS:
            bootstrap_aws.destroy(session, approve)
        case Target.CLUSTER:
            bootstrap_cluster.destroy(session, session.cluster(kubeconfig, context))
        case Target.LOCAL:
            _destroy(session)


def _destroy(session: Session) -> None:
    platform = session.local
    if not platform.layout.root.exists():
        session.note(msg("local.nothing_to_destroy", folder=platform.layout.root))
        return
    teardown.require_platform(platform.context)
    name = platform.configuration.platform.name
    session.confirmation.typed(msg("local.ask_to_destroy", folder=platform.layout.root), name)
    with platform.locked("destroy"):
        left = teardown.destroy(platform.context)
    if left:
        raise PingvasError(
            "local.orphans",
            where=str(platform.layout.root),
            processes=", ".join(f"{each.name} ({each.pid})" for each in left.processes) or "-",
            ports=", ".join(map(str, left.ports)) or "-",
            files=len(left.files),
        )
    session.note(msg("local.destroyed"), Tone.GOOD)
