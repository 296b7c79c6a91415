"""The facts that manifests wait for, filled in from the configuration's `endpoints`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Finding, Message, msg
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present

CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----"
HEAD: Final = "# What manifests wait for. `bootstrap` fills it in from `endpoints`.\n"


class Facts:
    """Writes what the configuration tells; what else stands in the files stays."""

    slug = "facts"
    title = msg("cluster.facts")
    patience_s = 10.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        if not is_rendered(ctx):
            return Absent()
        known = all(_read(ctx, each)["data"] == _wanted(ctx, each) for each in ENVIRONMENTS)
        return Present() if known else Absent()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_facts"),)

    def apply(self, ctx: ClusterContext) -> Applied:
        for environment in ENVIRONMENTS:
            document = {**_read(ctx, environment), "data": dict(_wanted(ctx, environment))}
            text = HEAD + yaml.safe_dump(document, sort_keys=False)
            write_private(ctx.layout.facts(environment), text)
        return Done()


def lacking(ctx: ClusterContext) -> Iterator[Finding]:
    """What the configuration must tell and does not."""
    for environment in ENVIRONMENTS:
        told, where = ctx.configuration.endpoints.named(environment), f"endpoints.{environment}"
        needed = {"database_host": told.database_host, "object_store": told.object_store}
        if ctx.configuration.cache.mode == "replication_group":
            needed["cache_host"] = told.cache_host
        for key, value in needed.items():
            if value is None:
                yield Finding(f"{where}.{key}", "cluster.endpoint_missing", {"key": key})
        if CERTIFICATE not in _authorities(told.database_authorities_file):
            key = f"{where}.database_authorities_file"
            yield Finding(key, "cluster.no_authorities", {"file": told.database_authorities_file})


def _wanted(ctx: ClusterContext, environment: EnvironmentName) -> Mapping[str, str]:
    """The facts of the tree with what is known about them."""
    told = ctx.configuration.endpoints.named(environment)
    known = {
        "database_host": told.database_host,
        "database_authorities": _authorities(told.database_authorities_file),
        "cache_host": told.cache_host,
        "object_store_endpoint": told.object_store,
        "object_store_public_endpoint": told.object_store_public or told.object_store,
    }
    found = _read(ctx, environment)["data"]
    return {name: known.get(name) or value for name, value in found.items()}


def _read(ctx: ClusterContext, environment: EnvironmentName) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(ctx.layout.facts(environment).read_text("utf-8"))
    return found


def _authorities(file: Path | None) -> str:
    """The certificates; empty when there is no such file."""
    try:
        return file.expanduser().read_text(encoding="utf-8") if file else ""
    except (OSError, RuntimeError, UnicodeDecodeError):
        return ""
