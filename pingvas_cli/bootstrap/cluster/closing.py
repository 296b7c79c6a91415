"""The end of a bootstrap in a cluster: where everything is, and what only a person can do next."""

from __future__ import annotations

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.end import Closing
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import msg
from pingvas_cli.steps.runner import Summary


def closing(ctx: ClusterContext, summary: Summary) -> Closing:
    """Context, namespaces, and what was applied."""
    server = ctx.kubernetes.server()
    record: dict[str, object] = {
        "applied": list(summary.applied),
        "elapsed_s": round(summary.elapsed_s, 1),
        "context": server.context,
        "server": server.address,
        "version": server.version,
        "namespaces": {each: ctx.namespace(each) for each in ENVIRONMENTS},
    }
    shown = {
        "context": server.context,
        "namespaces": ", ".join(ctx.namespace(each) for each in ENVIRONMENTS),
        "applied": len(summary.applied),
        "first": ctx.namespace("dev"),
    }
    key = "cluster.closing" if summary.applied else "cluster.closing_unchanged"
    return Closing(msg(key, **shown), record)
