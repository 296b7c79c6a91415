"""The contenders as processes, and what they stand on: PostgreSQL, Valkey, published keys."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.cli.environments import TREE, Environment, make
from services.migrations.dbmate import run as run_dbmate
from tests.servers import postgres, valkey
from tests.servers.people import TokenPress, add_person
from tests.servers.ports import free_port
from tests.servers.postgres import EnvironmentDatabase

STREAM = "{pingvas:dev}:news"
PEERS = (
    "starlette>=1",
    "sse-starlette>=3",
    "uvicorn>=0.36",
    "uvloop",
    "httptools",
    "redis[hiredis]>=7",
)
SERVER_CORE, READER_CORE = 0, 1


@dataclass(frozen=True)
class Ground:
    """What the servers stand on."""

    folder: Path
    database: EnvironmentDatabase
    valkey_port: int
    press: TokenPress
    keys_port: int
    peers: Environment

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.valkey_port}/0"

    def person_with_job(self) -> tuple[UUID, UUID]:
        """Somebody who waits for a running job."""
        user_id = add_person(self.database)
        with psycopg.connect(self.database.admin_url) as admin:
            admin.execute(f"set search_path = {self.database.schema}".encode())
            row = admin.execute(
                "insert into generation_jobs (user_id, checkpoint, parameters, cost_credits,"
                " status, attempt, started_at, queued_at)"
                # Queued tomorrow: the sweep, which would look for it in the queue, leaves it alone.
                " values (%s, 'tiny', %s, 1, 'running', 1, now(), now() + interval '1 day')"
                " returning id",
                [user_id, Jsonb({})],
            ).fetchone()
        assert row is not None
        return user_id, row[0]


@dataclass(frozen=True)
class Server:
    """One contender that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    ground: Ground

    def request(self, user_id: UUID) -> bytes:
        """What a client of a person sends."""
        lines = [f"GET /v1/events?user={user_id} HTTP/1.1", "Host: 127.0.0.1"]
        if self.name == "ours":
            lines = ["GET /v1/events HTTP/1.1", "Host: 127.0.0.1"]
            lines.append(f"Authorization: Bearer {self.ground.press.token(user_id)}")
        return "\r\n".join([*lines, "", ""]).encode()

    def resident_kb(self) -> int:
        """Memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """PostgreSQL with our tables, an empty Valkey, a JWKS address, the peers' environment."""
    peers = make(folder / "peers", PEERS)
    press = TokenPress(lifetime_seconds=86_400)
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running(_made(folder / "postgres")))
        database = postgres.create_environment(server)
        answer = run_dbmate("migrate", database.owner_url)
        if answer.status != 0:
            raise RuntimeError(answer.output)
        cache = stack.enter_context(valkey.running(_made(folder / "valkey")))
        keys = stack.enter_context(_published(press))
        yield Ground(folder, database, cache.port, press, keys, peers)


@contextmanager
def running(name: str, on: Ground) -> Iterator[Server]:
    """A contender on its core."""
    port = free_port()
    argv, environ = _ours(port, on) if name == "ours" else _peer(name, port, on)
    with (on.folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(argv, cwd=TREE, env=environ, stdout=log, stderr=log)
    os.sched_setaffinity(process.pid, {SERVER_CORE})
    try:
        _wait(port, process)
        yield Server(name, port, process, on)
    finally:
        process.kill()
        process.wait()


def _ours(port: int, on: Ground) -> tuple[list[str], Mapping[str, str]]:
    values = {
        "ENVIRONMENT": "dev",
        "PORT": str(port),
        "DATABASE_URL": on.database.app_url,
        "SYSTEM_DATABASE_URL": on.database.system_url,
        "DATABASE_CONNECTIONS": "10",
        "REDIS_URL": on.redis_url,
        "TOKEN_ISSUER": on.press.issuer,
        "JWKS_URL": f"http://127.0.0.1:{on.keys_port}/",
        "STREAMS_PER_USER": "10000",
    }
    environ = {f"PINGVAS_{name}": value for name, value in values.items()}
    return [sys.executable, "-m", "services.generation"], {**os.environ, **environ}


def _peer(name: str, port: int, on: Ground) -> tuple[list[str], Mapping[str, str]]:
    script = str(Path(__file__).with_name("peer_server.py"))
    return [on.peers.python, script, name, str(port), on.redis_url, STREAM], os.environ


def _wait(port: int, process: subprocess.Popen[bytes], patience_s: float = 30) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("a server did not start")


@contextmanager
def _published(press: TokenPress) -> Iterator[int]:
    key = {
        "crv": "Ed25519",
        "kty": "OKP",
        "kid": press.key.key_id,
        "x": urlsafe_b64encode(press.key.public.public_bytes_raw()).decode().rstrip("="),
    }
    document = json.dumps({"keys": [key]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
