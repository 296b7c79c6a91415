"""What a killed run left at work: programs that run to their end, such as initdb or a migration.

Nobody waits for them any more, and the next run would do the same work beside them.
"""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext

GRACE_S: Final = 5.0


def end_leftovers(ctx: LocalContext) -> None:
    """End every process of the platform that its supervisor did not start.

    To be called under the lock. Without a supervisor nothing is told apart: the step that starts
    it ends everything first.
    """
    supervisor = ctx.supervisor.pid()
    if supervisor is None:
        return
    left = [
        each.pid
        for each in ctx.host.processes(ctx.layout.root)
        if each.pid != supervisor and supervisor not in each.ancestors
    ]
    if left:
        ctx.host.kill(left, GRACE_S)
