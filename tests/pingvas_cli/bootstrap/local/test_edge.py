"""The edge as Caddy reads it: its own names are served, others are refused, all in one shape."""

from __future__ import annotations

import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from pingvas_cli.adapters.host import ThisHost
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.edge import Edge, authority
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.local import LocalSection

PROBLEM = "application/problem+json"


@contextmanager
def serving(ctx: LocalContext) -> Iterator[None]:
    """Caddy with the rendered file; no service is behind it."""
    edge = Edge()
    edge._write(ctx)
    (program,) = edge.programs(replace(ctx, host=ThisHost()))
    with program.log.open("wb") as log:
        caddy = subprocess.Popen(
            program.command,
            cwd=program.directory,
            env={**program.environment},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        caddy.terminate()
        caddy.wait(20)


def get(ctx: LocalContext, url: str, host: str | None = None) -> httpx.Response:
    """The answer, once somebody listens whose certificate can be checked."""
    headers = {"Host": host} if host else {}
    deadline = time.monotonic() + 20
    while True:
        try:
            return httpx.get(url, headers=headers, verify=trust(ctx), trust_env=False)
        except (httpx.TransportError, FileNotFoundError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def trust(ctx: LocalContext) -> ssl.SSLContext:
    """The edge's own authority and no other; anybody's when it has none."""
    tls = ctx.configuration.local.edge_tls
    return ssl.create_default_context(cafile=authority(ctx.layout.edge) if tls else None)


@pytest.mark.parametrize("tls", [False, True])
def test_the_edge_answers_to_its_own_names_only(rendered: LocalContext, tls: bool) -> None:
    offset = rendered.configuration.local.port_offset
    local = LocalSection(edge_tls=tls, port_offset=offset, workers_per_environment=2)
    ctx = replace(rendered, configuration=Configuration(local=local))
    scheme = "https" if tls else "http"
    with serving(ctx):
        for port in (ctx.ports[f"edge_{environment}"] for environment in ENVIRONMENTS):
            for name in ("127.0.0.1", "localhost"):
                url = f"{scheme}://{name}:{port}"
                health, unknown = get(ctx, f"{url}/healthz"), get(ctx, f"{url}/nothing")
                foreign = get(ctx, f"{url}/healthz", "evil.example")
                assert (health.status_code, health.text) == (200, "ok")
                assert (unknown.status_code, unknown.json()["status"]) == (404, 404)
                assert (foreign.status_code, foreign.json()["code"]) == (421, "misdirected")
                assert unknown.headers["Content-Type"] == PROBLEM
                assert foreign.headers["Content-Type"] == PROBLEM
