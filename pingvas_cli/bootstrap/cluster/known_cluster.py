"""Which cluster a state folder belongs to, so that no run goes to another by a switched context."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import KubernetesError, Reference
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present

IDENTITY = Reference("v1", "Namespace", "kube-system")
"""Its uid stands for the cluster: it is made with it and goes with it."""


class KnownCluster:
    """Notes the cluster at the first run; the preflight compares."""

    slug = "cluster"
    title = msg("cluster.known")
    patience_s = 10.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return Present() if noted(ctx).get("uid") == uid(ctx) else Absent()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        server = ctx.kubernetes.server()
        return (msg("cluster.preview_known", context=server.context, server=server.address),)

    def apply(self, ctx: ClusterContext) -> Applied:
        server = ctx.kubernetes.server()
        told = {"uid": uid(ctx), "context": server.context, "server": server.address}
        write_private(ctx.layout.known, json.dumps(told, indent=1))
        return Done({"context": server.context})


def uid(ctx: ClusterContext) -> str:
    """The identity of the cluster that answers; its address where that may not be read."""
    try:
        found = ctx.kubernetes.get(IDENTITY)
    except KubernetesError as error:
        if error.code != "kubernetes.forbidden":
            raise
        found = None
    return str(found["metadata"]["uid"]) if found else ctx.kubernetes.server().address


def noted(ctx: ClusterContext) -> Mapping[str, str]:
    """What earlier runs noted; empty before the first."""
    try:
        found: Mapping[str, str] = json.loads(ctx.layout.known.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found
