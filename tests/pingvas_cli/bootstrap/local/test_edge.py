"""The edge as Caddy reads it: its own names are served, others are refused, all in one shape."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from pingvas_cli.adapters.host import ThisHost
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.edge import Edge, authority
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.local import LocalSection
from pingvas_cli.edge_routes import ROUTES, SMALL_MB

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
                assert (unknown.status_code, unknown.json()["code"]) == (404, "edge.not_found")
                assert (foreign.status_code, foreign.json()["code"]) == (421, "edge.misdirected")
                assert unknown.headers["Content-Type"] == PROBLEM
                assert foreign.headers["Content-Type"] == PROBLEM


class Upstream(BaseHTTPRequestHandler):
    """A service that answers slowly, takes whole bodies, and changes the protocol when asked."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self.connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n")
            self.connection.sendall(b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello")
            self.connection.sendall(self.connection.recv(4).upper())
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: 1\n\n")
        self.go_on.wait(20)
        self.wfile.write(b"data: 2\n\n")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.rfile.read(length)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def upstream(port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Upstream)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def edge(rendered: LocalContext) -> Iterator[LocalContext]:
    with serving(rendered):
        get(rendered, f"{rendered.edge_url('dev')}/healthz")
        yield rendered


def test_every_prefix_reaches_its_service_and_no_other(edge: LocalContext) -> None:
    prefixes = [prefix for route in ROUTES for prefix in route.prefixes]
    assert len(prefixes) == len(set(prefixes))
    base = edge.edge_url("dev")
    with upstream(edge.ports["model_dev"]), httpx.Client(trust_env=False) as client:
        Upstream.go_on.set()
        for path in ("/v1/installs", "/v1/checkpoints/a/b"):
            assert client.get(f"{base}{path}").status_code == 200
        assert client.get(f"{base}/v1/checkpointsx").status_code == 404


def test_events_pass_one_by_one(edge: LocalContext) -> None:
    Upstream.go_on.clear()
    url = f"{edge.edge_url('dev')}/v1/generations/1/events"
    with (
        upstream(edge.ports["generation_dev"]),
        httpx.stream("GET", url, trust_env=False) as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines) == "data: 1"
        Upstream.go_on.set()
        assert [line for line in lines if line] == ["data: 2"]


def test_a_websocket_passes_in_both_directions(edge: LocalContext) -> None:
    port = edge.ports["edge_dev"]
    ask = (
        f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    address = ("127.0.0.1", port)
    with upstream(edge.ports["generation_dev"]), socket.create_connection(address, 20) as tunnel:
        tunnel.sendall(ask.encode())
        answer = _read_until(tunnel, b"hello")
        tunnel.sendall(b"ping")
        assert _read_until(tunnel, b"PING")
    assert answer.startswith(b"HTTP/1.1 101")


def _read_until(tunnel: socket.socket, word: bytes) -> bytes:
    """Everything up to the word; an end before it is a failure."""
    found = b""
    while word not in found:
        piece = tunnel.recv(4096)
        assert piece, found
        found += piece
    return found


def test_bodies_are_limited_by_what_they_are_for(edge: LocalContext) -> None:
    base, body = edge.edge_url("dev"), b"x" * (SMALL_MB * 1_000_000 + 1)
    with upstream(edge.ports["gallery_dev"]), httpx.Client(trust_env=False) as client:
        taken = client.post(f"{base}/v1/uploads", content=body)
        refused = client.post(f"{base}/v1/images", content=body)
    assert taken.status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (413, "edge.too_large")
    assert refused.headers["Content-Type"] == PROBLEM
    assert "Retry-After" not in refused.headers


def test_a_service_that_is_away_is_told_as_a_problem(edge: LocalContext) -> None:
    answer = httpx.get(f"{edge.edge_url('dev')}/v1/plans", trust_env=False, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (502, "edge.upstream_away")
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.headers["Retry-After"] == "5"
    assert answer.json()["type"] == "urn:pingvas:problem:edge.upstream_away"


@pytest.mark.parametrize("answers", [True, False])
def test_no_log_holds_what_opens_something(rendered: LocalContext, answers: bool) -> None:
    secret = "pv_dev_abcdefgh_thisopenssomething"
    sent = {
        "Authorization": f"Bearer {secret}", "X-API-Key": secret, "Cookie": f"a={secret}",
        "Sec-WebSocket-Protocol": f"pingvas.bearer, {secret}", "Referer": f"http://a/?{secret}",
    }  # fmt: skip
    paths = (
        f"/v1/shares/{secret}", f"/v1/shares/{secret}/more?x={secret}",
        f"/v1/checkouts/local/{secret}", f"/v1/auth/providers/google/callback?code={secret}",
        f"/nowhere?token={secret}",
    )  # fmt: skip
    with ExitStack() as stack:
        Upstream.go_on.set()
        if answers:
            for name in ("gallery_dev", "payment_dev", "user_dev"):
                stack.enter_context(upstream(rendered.ports[name]))
        with serving(rendered):
            edge = f"http://127.0.0.1:{rendered.ports['edge_dev']}"
            get(rendered, f"{edge}/healthz")
            ask = partial(httpx.get, headers=sent, trust_env=False, timeout=20)
            with ThreadPoolExecutor() as at_once:  # the edge tries an absent service for seconds
                list(at_once.map(ask, [edge + path for path in paths]))
    written = [rendered.layout.log(name).read_text() for name in ("dev-access", "edge")]
    assert written[0].count('"uri":"/') == len(paths) + 1
    assert [log for log in written if secret in log] == []
