"""The first checkpoint: tiny and random, so that the whole path runs without any download."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import module, program_environment
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.ports.one_off import OneOff
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present

TINY: Final = "tiny"
MANIFEST: Final = "checkpoint.json"


class FirstCheckpoint:
    """Its images are noise, and its manifest says so."""

    slug = "checkpoint"
    title = msg("local.checkpoint")
    patience_s = 180.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        return Present() if installed(ctx) else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_checkpoint", name=TINY),)

    def apply(self, ctx: LocalContext) -> Applied:
        manifest = last_manifest(install(ctx, TINY, TINY, online=False))
        return Done({"checkpoint": TINY, "sha256": str(manifest["sha256"])})


def installed(ctx: LocalContext) -> tuple[Mapping[str, Any], ...]:
    """The manifests of every installed checkpoint, by name."""
    paths = sorted(ctx.layout.checkpoints.glob(f"*/{MANIFEST}"))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in paths)


def install(
    ctx: LocalContext, source: str, name: str, *, online: bool
) -> Iterator[Mapping[str, Any]]:
    """Run the worker's installer; its NDJSON lines as they come."""
    variables = program_environment(ctx, "dev")
    if not online:
        variables["HF_HUB_OFFLINE"] = "1"
    arguments = (source, "--name", name, "--into", str(ctx.layout.checkpoints))
    command = module(ctx, "worker.checkpoints.install", *arguments)
    log = ctx.layout.log("checkpoint-install")
    for line in ctx.one_offs.stream(OneOff(command, ctx.layout.root, variables, log)):
        if line.startswith("{"):
            yield _accepted(json.loads(line), source)


def _accepted(line: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """The installer's line; its own refusal, in its own words, is the command's failure."""
    refusal = line.get("error")
    if refusal:
        raise PingvasError("local.checkpoint_refused", where=source, **refusal)
    return line


def last_manifest(lines: Iterator[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Run an installation to its end and return the manifest it reports."""
    manifest: Mapping[str, Any] | None = None
    for line in lines:
        manifest = line.get("checkpoint", manifest)
    if manifest is None:
        raise PingvasError("local.checkpoint_without_manifest")
    return manifest
