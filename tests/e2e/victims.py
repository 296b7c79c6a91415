"""The parts that are killed while jobs run, and how each is found, killed and seen to be back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from redis import Redis

from pingvas_cli.bootstrap.local.cache import NODES, SERVICE
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.ports.supervisor import ProgramState
from tests.e2e.own_platform import OwnPlatform, step_of, wait_for

FAILOVER_S: Final = 60.0


@dataclass(frozen=True)
class Victim:
    """A supervised program; `environment` is where the jobs run meanwhile."""

    program: str
    environment: EnvironmentName = "dev"

    def __str__(self) -> str:
        return self.program

    def strike(self, platform: OwnPlatform) -> Recovering:
        """Kill it; what comes back is watched through the answer."""
        status = platform.program(self.program)
        assert status.pid is not None
        os.kill(status.pid, signal.SIGKILL)
        return Recovering(platform, self.program, status.group, status.pid)


@dataclass(frozen=True)
class Primary(Victim):
    """Whichever node of Redis for prod is the primary now."""

    program: str = "redis-prod primary"
    environment: EnvironmentName = "prod"

    def strike(self, platform: OwnPlatform) -> Recovering:
        return Victim(primary_of(platform), "prod").strike(platform)


@dataclass(frozen=True)
class HungPrimary(Victim):
    """A primary that neither answers nor dies, until another one is chosen; then it is killed.

    A killed one is back before the Sentinels agree that it is gone; only this makes them fail over.
    """

    program: str = "redis-prod primary, hung"
    environment: EnvironmentName = "prod"

    def strike(self, platform: OwnPlatform) -> Recovering:
        name = primary_of(platform)
        status = platform.program(name)
        assert status.pid is not None
        os.kill(status.pid, signal.SIGSTOP)
        try:
            took_s = wait_for("failover", lambda: primary_of(platform) != name, most_s=FAILOVER_S)
        finally:
            os.kill(status.pid, signal.SIGKILL)
        by = f"Sentinels chose {primary_of(platform)} in {took_s:.1f} s"
        return Recovering(platform, name, status.group, status.pid, by, "sentinels")


@dataclass(frozen=True)
class Supervisord(Victim):
    """The supervisor itself: nobody watches it, so a person starts it again."""

    program: str = "supervisord"

    def strike(self, platform: OwnPlatform) -> Recovering:
        pid = int((platform.layout.supervisor / "supervisord.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        wait_for("its end", lambda: not platform.context.supervisor.running(), most_s=10)
        postgres = _old_postgres(platform)
        platform.pingvas("start")
        return Recovering(platform, "postgres", "database", postgres, "pingvas start")


@dataclass(frozen=True)
class Recovering:
    """A part that was killed as process `pid` and is expected back."""

    platform: OwnPlatform
    program: str
    group: str
    pid: int
    by: str = "supervisord restarted it"
    also: str | None = None

    def is_back(self) -> bool:
        """Another process, and everything of its group answers."""
        status = self.platform.program(self.program)
        if status.state is not ProgramState.RUNNING or status.pid == self.pid:
            return False
        groups = (self.group, self.also) if self.also else (self.group,)
        return all(step_of(group).unready(self.platform.context) is None for group in groups)


VICTIMS: Final[tuple[Victim, ...]] = (
    Victim("postgres"),
    Victim("redis-dev"),
    Primary(),
    HungPrimary(),
    Victim("sentinel-1", "prod"),
    Victim("object-store"),
    Victim("edge"),
    Victim("dev-user"),
    Victim("dev-payment"),
    Victim("dev-generation"),
    Victim("dev-gallery"),
    Victim("dev-model"),
    Victim("dev-worker-1"),
    Supervisord(),
)


def primary_of(platform: OwnPlatform) -> str:
    """The name of the node that the Sentinels call the primary."""
    ctx = platform.context
    found = next(_answers(platform))
    ports = {ctx.ports[f"redis_prod_{number}"]: f"redis-prod-{number}" for number in NODES}
    return ports[found]


def _answers(platform: OwnPlatform) -> Iterator[int]:
    ctx = platform.context
    for number in NODES:
        with Redis(
            port=ctx.ports[f"sentinel_{number}"],
            username="sentinel",
            password=ctx.secrets.cache_sentinel,
            socket_timeout=5,
        ) as sentinel:
            yield int(sentinel.sentinel_get_master_addr_by_name(SERVICE)[1])


def _old_postgres(platform: OwnPlatform) -> int:
    """PostgreSQL's first process, as its own file says."""
    return int((platform.layout.database / "postmaster.pid").read_text().splitlines()[0])
