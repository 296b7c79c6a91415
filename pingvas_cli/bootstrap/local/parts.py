"""The parts of the running platform, as `pingvas status` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.sequence import LOCAL
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.errors import Message
from pingvas_cli.ports.supervisor import ProgramState, ProgramStatus

SHARED: Final = "shared"


@dataclass(frozen=True)
class Part:
    """One process: `memory_bytes` is its proportional set size, `waiting_for` what it lacks."""

    name: str
    environment: str
    state: ProgramState
    healthy: bool
    pid: int | None
    uptime_s: float
    port: int | None
    memory_bytes: int
    waiting_for: Message | None


def parts(ctx: LocalContext) -> tuple[Part, ...]:
    """Every supervised part, in the order in which they start; empty when all is stopped."""
    statuses = ctx.supervisor.statuses()
    return tuple(_parts(ctx, statuses)) if statuses else ()


def part_names(ctx: LocalContext) -> tuple[str, ...]:
    """Names that have a log."""
    return tuple(sorted(path.stem for path in ctx.layout.logs.glob("*.log")))


def _parts(ctx: LocalContext, statuses: tuple[ProgramStatus, ...]) -> Iterator[Part]:
    for step in LOCAL:
        if isinstance(step, SupervisedStep):
            group = [each for each in statuses if each.group == step.slug]
            waiting_for = step.unready(ctx) if group else None
            yield from (_part(ctx, each, waiting_for) for each in group)


def _part(ctx: LocalContext, status: ProgramStatus, waiting_for: Message | None) -> Part:
    up = status.state in (ProgramState.RUNNING, ProgramState.STARTING)
    return Part(
        status.name,
        _environment(status.name),
        status.state,
        up and waiting_for is None,
        status.pid,
        status.uptime_s,
        _port(ctx.ports, status.name),
        ctx.host.memory_bytes(status.pid) if status.pid else 0,
        waiting_for,
    )


def _environment(name: str) -> str:
    if name.startswith("sentinel"):
        return "prod"
    return next((each for each in ("dev", "prod") if each in name.split("-")), SHARED)


def _port(ports: Mapping[str, int], name: str) -> int | None:
    """The port of a part: `prod-user` listens at `user_prod`, `redis-dev` at `redis_dev`.

    The edge listens at both addresses; prod's stands for it.
    """
    head, _, tail = name.partition("-")
    role, _, number = tail.partition("-")
    worker = f"worker_metrics_{head}" + (f"_{number}" if number != "1" else "")
    spellings = [name.replace("-", "_"), f"{tail}_{head}", f"{name}_prod"]
    spellings += [worker] if role == "worker" else []
    return next((ports[each] for each in spellings if each in ports), None)
