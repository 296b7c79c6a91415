"""Caddy as the load balancer: one address per environment, paths routed to the five services."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.edge_answers import FAILURES, MISDIRECTED, UNKNOWN, answer
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.edge_routes import ROUTES, Route
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.supervisor import Program

HOSTS: Final = ("127.0.0.1", "localhost")
# Headers, queries and parts of paths can open something: no log holds them.
SHORN: Final = """\
format filter {{
    wrap json
    fields {{
        request>headers delete
        resp_headers delete
        request>uri regexp "(/v1/(?:shares|checkouts/local)/)[^/?]+|[?].*" "${{1}}***"
    }}
}}
"""
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
{shorn}    }}
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
{shorn}    }}
    handle /healthz {{
        respond "ok" 200
    }}
{routes}    handle {{
{unknown}    }}
{failures}}}
{scheme}://:{port} {{
    bind 127.0.0.1
    {tls}
{misdirected}}}
"""
ROUTE: Final = """\
    @{name} path {paths}
    handle @{name} {{
        request_body {{
            max_size {largest_mb}MB
        }}
        reverse_proxy 127.0.0.1:{port} {{
            lb_try_duration 3s
            lb_try_interval 100ms
            flush_interval -1
        }}
    }}
"""
FAILURE: Final = """\
    handle_errors {status} {{
{answer}    }}
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
        return {_caddyfile(ctx): GLOBAL.format(folder=ctx.layout.edge, shorn=_shorn()) + sites}

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
        tls="tls internal" if tls else "",
        log=ctx.layout.log(f"{environment}-access"),
        shorn=_shorn(),
        routes="".join(_route(ctx, environment, route) for route in ROUTES),
        unknown=answer(UNKNOWN),
        failures="".join(FAILURE.format(status=p.status, answer=answer(p)) for p in FAILURES),
        misdirected=answer(MISDIRECTED),
    )


def _shorn() -> str:
    return indent(SHORN.format(), " " * 8)


def _route(ctx: LocalContext, environment: EnvironmentName, route: Route) -> str:
    return ROUTE.format(
        name=route.name,
        paths=route.paths,
        port=ctx.ports[f"{route.service}_{environment}"],
        largest_mb=route.largest_mb(ctx.configuration.local),
    )
