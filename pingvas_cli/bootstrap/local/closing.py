"""The end of a bootstrap: where everything is, how to sign in, what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pingvas_cli.bootstrap.end import Closing
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.edge import authority
from pingvas_cli.bootstrap.local.parts import parts
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.bootstrap.local.smoke_test import picture, read_evidence
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import msg
from pingvas_cli.steps.runner import Summary

MIB: Final = 1024**2


def closing(ctx: LocalContext, summary: Summary) -> Closing:
    """What a person needs next; memory is the sum of proportional set sizes, in MiB."""
    found = parts(ctx)
    memory_mib = round(sum(part.memory_bytes for part in found) / MIB)
    record: dict[str, object] = {
        "applied": list(summary.applied),
        "elapsed_s": round(summary.elapsed_s, 1),
        "parts": len(found),
        "memory_mib": memory_mib,
        "administrator": ctx.administrator(),
        "secrets": str(ctx.layout.secrets),
        "environments": {name: _environment(ctx, name) for name in ENVIRONMENTS},
    }
    key = "local.closing" if summary.applied else "local.closing_unchanged"
    return Closing(msg(key, **_values(ctx, record, summary)), record)


def _environment(ctx: LocalContext, environment: EnvironmentName) -> Mapping[str, object]:
    return {
        "url": ctx.edge_url(environment),
        "release": ctx.release(environment).id,
        "smoke_test": read_evidence(ctx, environment),
        "picture": str(picture(ctx, environment)),
    }


def _values(
    ctx: LocalContext, record: Mapping[str, object], summary: Summary
) -> Mapping[str, object]:
    return {
        **record,
        "applied": len(summary.applied),
        "dev_url": ctx.edge_url("dev"),
        "prod_url": ctx.edge_url("prod"),
        "dev_release": ctx.release("dev").id,
        "prod_release": ctx.release("prod").id,
        "picture": picture(ctx, "prod"),
        "curl": f"curl --cacert {authority(ctx.layout.edge)}" if _tls(ctx) else "curl",
    }


def _tls(ctx: LocalContext) -> bool:
    return ctx.configuration.local.edge_tls
