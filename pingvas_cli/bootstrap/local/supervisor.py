"""The process supervisor that keeps every part alive."""

from __future__ import annotations

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, Waiting


class SupervisorStep:
    """Starts supervisord; parts that outlived a killed one are ended first."""

    slug = "supervisor"
    title = msg("local.supervisor")
    patience_s = 20.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        return Present() if ctx.supervisor.running() else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_start", name="supervisord"),)

    def apply(self, ctx: LocalContext) -> Applied:
        if ctx.supervisor.running():
            return Done()
        orphans = ctx.host.processes(ctx.layout.root)
        if orphans:
            ctx.host.kill([each.pid for each in orphans], grace_s=10)
        ctx.supervisor.launch()
        return Done() if ctx.supervisor.running() else Waiting(msg("local.waiting_for_supervisor"))
