"""The workers of one environment, on whatever device this machine has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pingvas_cli.bootstrap.local.cache import redis_url
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import (
    module,
    object_store_settings,
    program_environment,
)
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.supervisor import Program


@dataclass(frozen=True)
class EnvironmentWorkers(SupervisedStep):
    """A worker is ready when its metrics say that it is registered."""

    environment: EnvironmentName
    patience_s: float = 120

    @property
    def slug(self) -> str:
        return f"{self.environment}-worker"

    @property
    def title(self) -> Message:
        return msg("local.worker", environment=self.environment)

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        return tuple(
            Program(
                name,
                module(ctx, "worker"),
                ctx.layout.root,
                ctx.layout.log(name),
                environment=self._settings(ctx, name, port),
                stop_wait_s=20,
            )
            for name, port in self._names(ctx).items()
        )

    def unready(self, ctx: LocalContext) -> Message | None:
        for name, port in self._names(ctx).items():
            if not ctx.api.healthy(f"http://127.0.0.1:{port}/metrics"):
                return msg("local.waiting_for_worker", name=name)
        return None

    def _names(self, ctx: LocalContext) -> Mapping[str, int]:
        """Each worker of the environment and the port of its metrics."""
        prefix = f"worker_metrics_{self.environment}"
        ports = [port for name, port in ctx.ports.items() if name.startswith(prefix)]
        return {f"{self.slug}-{number}": port for number, port in enumerate(ports, start=1)}

    def _settings(self, ctx: LocalContext, name: str, port: int) -> Mapping[str, str]:
        return {
            **program_environment(ctx, self.environment),
            **object_store_settings(ctx, self.environment),
            "HF_HUB_OFFLINE": "1",
            "PINGVAS_REDIS_URL": redis_url(ctx, self.environment),
            "PINGVAS_CHECKPOINTS_DIR": str(ctx.layout.checkpoints),
            "PINGVAS_DEVICE": ctx.configuration.local.device,
            "PINGVAS_WORKER_NAME": name,
            "PINGVAS_METRICS_PORT": str(port),
        }
