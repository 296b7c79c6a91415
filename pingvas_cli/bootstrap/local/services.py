"""The five services of one environment, from the release it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import module, service_settings, service_url
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.supervisor import Program

SERVICES: Final = ("user", "payment", "generation", "gallery", "model")


@dataclass(frozen=True)
class EnvironmentServices(SupervisedStep):
    """Each service is one process that tells its readiness itself."""

    environment: EnvironmentName

    @property
    def slug(self) -> str:
        return f"{self.environment}-services"

    @property
    def title(self) -> Message:
        return msg("local.services", environment=self.environment)

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        return tuple(self._program(ctx, service) for service in SERVICES)

    def unready(self, ctx: LocalContext) -> Message | None:
        for service in SERVICES:
            if not ctx.api.healthy(f"{service_url(ctx, self.environment, service)}/readyz"):
                return msg("local.waiting_for_service", name=f"{self.environment}-{service}")
        return None

    def _program(self, ctx: LocalContext, service: str) -> Program:
        name = f"{self.environment}-{service}"
        return Program(
            name,
            module(ctx, f"services.{service}"),
            ctx.layout.root,
            ctx.layout.log(name),
            environment=service_settings(ctx, self.environment, service),
            stop_wait_s=15,
        )
