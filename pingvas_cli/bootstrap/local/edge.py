"""Caddy as the load balancer: one address per environment, paths routed to the five services."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.supervisor import Program

ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("/v1/auth/*", "/v1/users/*", "/.well-known/*"),
    "payment": ("/v1/credits", "/v1/credits/*", "/v1/plans"),
    "generation": ("/v1/generations", "/v1/generations/*"),
    "gallery": ("/v1/images", "/v1/images/*", "/v1/albums", "/v1/albums/*"),
    "model": ("/v1/checkpoints", "/v1/checkpoints/*"),
}
HOSTS: Final = ("127.0.0.1", "localhost")
GLOBAL: Final = """\
{{
    admin off
    persist_config off
    skip_install_trust
    auto_https disable_redirects
    storage file_system {folder}/storage
    log {{
        output stderr
        level WARN
    }}
}}
"""
SITE: Final = """\
{addresses} {{
    bind 127.0.0.1
    {tls}
    log {{
        output file {log} {{
            roll_size 10MiB
            roll_keep 3
            mode 0600
        }}
        format json
    }}
    request_body {{
        max_size {max_mb}MB
    }}
    handle /healthz {{
        respond "ok" 200
    }}
{routes}    handle {{
        header Content-Type application/problem+json
        respond `{{"type":"about:blank","title":"Not Found","status":404,"code":"not_found"}}` 404
    }}
}}
{scheme}://:{port} {{
    bind 127.0.0.1
    {tls}
    header Content-Type application/problem+json
    respond `{misdirected}` 421
}}
"""
MISDIRECTED: Final = (  # what a page elsewhere gets that has its own name point here
    '{"type":"about:blank","title":"Misdirected Request","status":421,"code":"misdirected"}'
)
ROUTE: Final = """\
    @{service} path {paths}
    handle @{service} {{
        reverse_proxy 127.0.0.1:{port} {{
            lb_try_duration 3s
            lb_try_interval 100ms
        }}
    }}
"""


class Edge(SupervisedStep):
    """One process for both addresses; loopback only."""

    slug = "edge"
    title = msg("local.edge")

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        command = (str(ctx.binaries.paths["caddy"]), "run", "--config", str(_caddyfile(ctx)))
        return (
            Program(
                "edge",
                (*command, "--adapter", "caddyfile"),
                ctx.layout.edge,
                ctx.layout.log("edge"),
                environment={
                    "XDG_DATA_HOME": str(ctx.layout.edge),
                    "XDG_CONFIG_HOME": str(ctx.layout.edge),
                },
            ),
        )

    def files(self, ctx: LocalContext) -> Mapping[Path, str]:
        sites = "".join(_site(ctx, environment) for environment in ENVIRONMENTS)
        return {_caddyfile(ctx): GLOBAL.format(folder=ctx.layout.edge) + sites}

    def unready(self, ctx: LocalContext) -> Message | None:
        for environment in ENVIRONMENTS:
            url = ctx.edge_url(environment)
            if not ctx.api.healthy(f"{url}/healthz"):
                return msg("local.waiting_for_edge", url=url)
        return None


def authority(folder: Path) -> Path:
    """The certificate of the edge's internal CA, once it has served TLS."""
    return folder / "storage" / "pki" / "authorities" / "local" / "root.crt"


def _caddyfile(ctx: LocalContext) -> Path:
    return ctx.layout.edge / "Caddyfile"


def _site(ctx: LocalContext, environment: EnvironmentName) -> str:
    tls, port = ctx.configuration.local.edge_tls, ctx.ports[f"edge_{environment}"]
    scheme = "https" if tls else "http"
    return SITE.format(
        addresses=", ".join(f"{scheme}://{host}:{port}" for host in HOSTS),
        scheme=scheme,
        port=port,
        misdirected=MISDIRECTED,
        tls="tls internal" if tls else "",
        log=ctx.layout.log(f"{environment}-access"),
        max_mb=ctx.configuration.local.max_upload_mb,
        routes="".join(_route(ctx, environment, service) for service in ROUTES),
    )


def _route(ctx: LocalContext, environment: EnvironmentName, service: str) -> str:
    port = ctx.ports[f"{service}_{environment}"]
    return ROUTE.format(service=service, paths=" ".join(ROUTES[service]), port=port)
