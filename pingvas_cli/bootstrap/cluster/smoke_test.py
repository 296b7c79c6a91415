"""The proof: each service answers that it is ready, asked through a port-forward to its pod."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.pods import is_ready, pods_of
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.bootstrap.cluster.waves import digest_of, overlays
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, Waiting

READY: Final = "/readyz"
KEYS: Final = "/.well-known/jwks.json"
"""What anybody may ask the user service; it answers when its signing key is there."""


@dataclass(frozen=True)
class SmokeTest:
    """Of one environment; passed once for what its services are made from."""

    environment: EnvironmentName
    patience_s: float = 180.0

    @property
    def slug(self) -> str:
        return f"{self.environment}-smoke-test"

    @property
    def title(self) -> Message:
        return msg("cluster.smoke_test", environment=self.environment)

    def inspect(self, ctx: ClusterContext) -> Inspection:
        if not is_rendered(ctx):
            return Absent()
        return Present() if self._passed(ctx) == digest_of(self._services(ctx)) else Absent()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_smoke_test", namespace=ctx.namespace(self.environment)),)

    def apply(self, ctx: ClusterContext) -> Applied:
        services = self._services(ctx)
        for service in services:
            reason = self._silent(ctx, service)
            if reason:
                return Waiting(reason, 1.0)
        told = {"digest": digest_of(services), "services": [_name(each) for each in services]}
        write_private(ctx.layout.smoke_test(self.environment), json.dumps(told))
        return Done({"services": ", ".join(map(_name, services))})

    def _silent(self, ctx: ClusterContext, service: Document) -> Message | None:
        """Why a service can't be said to work; None when it can."""
        name, namespace = _name(service), ctx.namespace(self.environment)
        ready = [each for each in pods_of(ctx.kubernetes, service) if is_ready(each)]
        if not ready:
            return msg("cluster.no_ready_pod", service=name)
        port = ctx.platform.named(self.environment).services.ports()[name]
        pod = ready[0]["metadata"]["name"]
        with ctx.kubernetes.forwarded(namespace, pod, port) as address:
            paths = (READY, KEYS) if name == "user" else (READY,)
            silent = [path for path in paths if not ctx.api.healthy(f"{address}{path}")]
        return msg("cluster.no_answer", pod=pod, path=silent[0]) if silent else None

    def _services(self, ctx: ClusterContext) -> tuple[Document, ...]:
        """The Deployments of services, by their name."""
        ports = ctx.platform.named(self.environment).services.ports()
        found = ctx.objects(*overlays(ctx, self.environment))
        deployments = (each for each in found if each["kind"] == "Deployment")
        return tuple(each for each in deployments if _name(each) in ports)

    def _passed(self, ctx: ClusterContext) -> str | None:
        path = ctx.layout.smoke_test(self.environment)
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["digest"])
        except (OSError, ValueError, KeyError):
            return None


def _name(service: Document) -> str:
    return str(service["metadata"]["name"])
