"""Stopping the platform, and removing it without leaving anything behind."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.object_store import sockets
from pingvas_cli.bootstrap.local.sequence import STOP_ORDER
from pingvas_cli.bootstrap.local.state_folder import MARK
from pingvas_cli.errors import Refused
from pingvas_cli.ports.host import HostProcess

GRACE_S = 10.0


@dataclass(frozen=True)
class Orphans:
    """What is left of the platform; empty is what a person wants to read."""

    processes: tuple[HostProcess, ...]
    ports: tuple[int, ...]
    files: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.processes or self.ports or self.files)


def stop(ctx: LocalContext) -> bool:
    """Stop every part in order, then the supervisor; False when nothing ran."""
    ran = ctx.supervisor.running()
    if ran:
        for groups in STOP_ORDER:
            ctx.supervisor.stop(*groups)
        ctx.supervisor.shutdown()
    left = ctx.host.processes(ctx.layout.root)
    ctx.host.kill([each.pid for each in left], GRACE_S)
    for socket in ctx.host.abandoned_sockets(sockets(ctx)):
        socket.unlink(missing_ok=True)
    return ran or bool(left)


def destroy(ctx: LocalContext) -> Orphans:
    """Stop everything and remove the state folder; refuses a folder that is not a platform's."""
    require_platform(ctx)
    stop(ctx)
    shutil.rmtree(ctx.layout.root, ignore_errors=True)
    return orphans(ctx)


def require_platform(ctx: LocalContext) -> None:
    """Refused (`local.not_a_platform`) for a folder that is somebody else's."""
    root = ctx.layout.root
    if root.exists() and not (root / MARK).exists():
        raise Refused("local.not_a_platform", where=str(root))


def orphans(ctx: LocalContext) -> Orphans:
    """Processes, the ports they hold, and files that still belong to the platform."""
    processes = ctx.host.processes(ctx.layout.root)
    ports = tuple(sorted(port for each in processes for port in each.ports))
    root = ctx.layout.root
    files = (root, *sorted(root.rglob("*"))[:100]) if root.exists() else ()
    return Orphans(processes, ports, (*files, *ctx.host.abandoned_sockets(sockets(ctx))))
