"""This machine for the local target: what preflight knows, and the memory that parts will want."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.local.preflight import problems
from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, of_finding, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import Finding

MIB: Final = 1024**2
MEMORY_MIB: Final = 2048
"""What both environments take when they idle (README), with some room."""
SHARED_MEMORY_MIB: Final = 64
"""What containers get when nobody asks for more; PostgreSQL sorts in parallel there."""


@dataclass(frozen=True)
class Facts:
    """What preflight finds; free memory in bytes, None where there is no such thing.

    `running`: the platform is up, so what it holds is not missing.
    """

    problems: tuple[Finding, ...]
    memory_bytes: int
    shared_memory_bytes: int | None
    running: bool


def read(world: World) -> Facts:
    """Look at the machine; nothing leaves it."""
    ctx = world.local()
    return Facts(
        problems=tuple(problems(ctx)),
        memory_bytes=ctx.host.available_memory_bytes(),
        shared_memory_bytes=ctx.host.shared_memory_bytes(),
        running=bool(ctx.host.processes(ctx.layout.root)),
    )


def judge(facts: Facts) -> Iterator[Verdict]:
    """What preflight would refuse fails; little memory is told."""
    yield from map(of_finding, facts.problems)
    if not facts.problems:
        yield ok("local", "doctor.machine_ready")
    if not facts.running:
        yield _memory(facts.memory_bytes)
        yield from _shared(facts.shared_memory_bytes)


def _memory(free_bytes: int) -> Verdict:
    free = free_bytes // MIB
    if free < MEMORY_MIB:
        return warning("memory", "doctor.memory_low", free_mib=free, wanted_mib=MEMORY_MIB)
    return ok("memory", "doctor.memory_free", free_mib=free)


def _shared(free_bytes: int | None) -> Iterator[Verdict]:
    if free_bytes is None:
        return
    free = free_bytes // MIB
    if free < SHARED_MEMORY_MIB:
        yield warning(
            "shared memory", "doctor.memory_low", free_mib=free, wanted_mib=SHARED_MEMORY_MIB
        )
    else:
        yield ok("shared memory", "doctor.memory_free", free_mib=free)


MACHINE: Final = Check("machine", (), lambda world, _: read(world), lambda _, facts: judge(facts))
