"""Can this machine run the platform at all? Every problem at once, before anything is made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.state_folder import belongs_to_somebody_else
from pingvas_cli.errors import Finding, Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed

PLATFORMS: Final = frozenset({("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")})
GIB: Final = 1024**3
# Characters that the configuration files of one or another part give a meaning to.
UNUSABLE: Final = frozenset(" \t\n\"'`%;#{}*?[]\\$")
# The longest path of a unix socket below it has 26 bytes more, and macOS takes 103.
LONGEST_ROOT_BYTES: Final = 77


class Preflight:
    """Looks and changes nothing."""

    slug = "preflight"
    title = msg("local.preflight")
    patience_s = 10.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        return Absent() if list(problems(ctx)) else Present()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return tuple(msg("local.preview_problem", code=each.code) for each in problems(ctx))

    def apply(self, ctx: LocalContext) -> Applied:
        findings = tuple(problems(ctx))
        if findings:
            raise PreflightFailed("local.preflight_fails", findings)
        return Done()


class PreflightFailed(StepFailed):
    """The machine can't run the platform; each finding says what to do."""

    def __init__(self, code: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(code, count=len(findings))
        self.findings = findings


def problems(ctx: LocalContext) -> Iterator[Finding]:
    """Everything that is wrong with this machine; looks and changes nothing."""
    yield from _platform(ctx)
    yield from _binaries(ctx)
    yield from _folder(ctx)
    yield from _ports(ctx)


def _platform(ctx: LocalContext) -> Iterator[Finding]:
    system, machine = ctx.host.platform()
    if (system, machine) not in PLATFORMS:
        name = f"{system} {machine}"
        yield Finding(name, "local.platform_unsupported", {"platform": name})


def _binaries(ctx: LocalContext) -> Iterator[Finding]:
    if missing := ctx.binaries.missing:
        yield Finding(ctx.python, "local.binary_missing", {"packages": ", ".join(missing)})


def _folder(ctx: LocalContext) -> Iterator[Finding]:
    root = ctx.layout.root
    if strange := sorted(UNUSABLE & set(str(root))):
        yield Finding(str(root), "local.folder_name", {"characters": " ".join(map(repr, strange))})
    if len(os.fsencode(root)) > LONGEST_ROOT_BYTES:
        yield Finding(str(root), "local.socket_path_too_long")
    if reason := ctx.host.unwritable(root):
        yield Finding(str(root), "local.folder_unwritable", {"reason": reason})
        return
    if belongs_to_somebody_else(root):
        yield Finding(str(root), "local.folder_in_use")
    yield from _disk(ctx)


def _disk(ctx: LocalContext) -> Iterator[Finding]:
    root = ctx.layout.root
    asked = ctx.configuration.local.free_disk_gb_required
    free = ctx.host.free_disk_bytes(root)
    if free < asked * GIB:
        yield Finding(
            str(root), "local.disk_full", {"free_gb": round(free / GIB, 1), "required_gb": asked}
        )


def _ports(ctx: LocalContext) -> Iterator[Finding]:
    own = {process.pid for process in ctx.host.processes(ctx.layout.root)}
    holders = ctx.host.port_holders(tuple(ctx.ports.values()))
    for name, port in ctx.ports.items():
        holder = holders.get(port)
        if holder is not None and holder.pid not in own:
            values = {"port": port, "holder": str(holder)}
            yield Finding(f"local.ports {name}", "local.port_in_use", values)
