"""What the contenders stand on: PostgreSQL that keeps its promises, Valkey, people and tokens."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import psycopg
from redis import Redis

from services.dispatch.queue import queue_prefix
from services.migrations.dbmate import run as run_dbmate
from tests.servers import postgres, valkey
from tests.servers.people import TokenPress
from tests.servers.postgres import EnvironmentDatabase, Postgres

PEOPLE = 500
CREDITS = 10**9
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB")
CHECKPOINT = """
    insert into checkpoints (name, family, source, sha256, size_bytes, width, height)
    values ('tiny', 'sd15', 'benchmark', repeat('0', 64), 1, 512, 512)
"""
JOIN = """
    insert into users (id, email, password_hash, tier)
    select id, id || '@example.com', '', 'studio' from unnest(%(ids)s) id
"""
GRANT = """
    insert into credit_ledger (user_id, kind, amount_credits, unique_key)
    select id, 'grant', %(credits)s, 'grant:' || id from unnest(%(ids)s) id
"""
CLEAR = """
    truncate generation_jobs cascade;
    delete from credit_ledger where kind = 'hold';
    update users set credit_balance = {credits}, credits_held = 0;
    vacuum full credit_ledger, users; checkpoint
"""
COUNT = """
    select (select count(*) from generation_jobs),
        (select count(*) from credit_ledger where kind = 'hold'),
        (select count(*) from generation_jobs job join credit_ledger hold on hold.job_id = job.id)
"""


@dataclass(frozen=True)
class Written:
    """What is in the database and in the queue."""

    jobs: int
    holds: int
    pairs: int
    entries: int


@dataclass(frozen=True)
class Ground:
    """The parts that run as long as the benchmark."""

    folder: Path
    database: EnvironmentDatabase
    redis_url: str
    press: TokenPress
    keys_url: str
    people: Sequence[UUID]
    servers: Sequence[psutil.Process]
    """PostgreSQL and Valkey."""

    def tokens(self) -> list[str]:
        """One of each person."""
        return [self.press.token(person, "user", "studio") for person in self.people]

    def clear(self) -> None:
        """As it was before the first request."""
        with psycopg.connect(self.database.admin_url, autocommit=True) as admin:
            admin.execute(f"set search_path = {self.database.schema}".encode())
            admin.execute("set session_replication_role = replica")
            for statement in CLEAR.format(credits=CREDITS).split(";"):
                admin.execute(statement.encode())
        with Redis.from_url(self.redis_url) as redis:
            redis.flushall()

    def settle(self) -> None:
        """Let the planner see the tables as they have become, as autovacuum does in a minute."""
        with psycopg.connect(self.database.admin_url, autocommit=True) as admin:
            admin.execute("analyze")

    def written(self) -> Written:
        """Count rows and queue entries."""
        with psycopg.connect(self.database.admin_url) as admin:
            admin.execute(f"set search_path = {self.database.schema}".encode())
            row = admin.execute(COUNT).fetchone()
        assert row is not None
        with Redis.from_url(self.redis_url, decode_responses=True) as redis:
            entries = int(str(redis.get(f"{queue_prefix('dev')}:depth") or 0)) + int(
                str(redis.xlen("jobs"))
            )
        jobs, holds, pairs = row
        return Written(jobs, holds, pairs, entries)


@contextmanager
def prepared(folder: Path) -> Iterator[Ground]:
    """Start all, with people who are rich."""
    server = Postgres(folder / "postgres", settings=(*postgres.SETTINGS, *DURABLE))
    (folder / "postgres").mkdir()
    (folder / "valkey").mkdir()
    press = TokenPress(lifetime_seconds=7_200)
    server.create()
    try:
        server.start()
        database = postgres.create_environment(server)
        answer = run_dbmate("migrate", database.owner_url)
        assert answer.status == 0, answer.output
        people = [uuid4() for _ in range(PEOPLE)]
        with psycopg.connect(database.admin_url) as admin:
            admin.execute(f"set search_path = {database.schema}".encode())
            admin.execute(CHECKPOINT)
            admin.execute(JOIN, {"ids": people})
            admin.execute(GRANT, {"ids": people, "credits": CREDITS})
        with valkey.running(folder / "valkey") as queue, _published(press) as keys_url:
            processes = [psutil.Process(one.process.pid) for one in (server, queue) if one.process]
            yield Ground(folder, database, queue.url, press, keys_url, people, processes)
    finally:
        server.kill()


@contextmanager
def _published(press: TokenPress) -> Iterator[str]:
    """The key's public half at an address."""
    raw = urlsafe_b64encode(press.key.public.public_bytes_raw()).decode().rstrip("=")
    entry = {"kty": "OKP", "crv": "Ed25519", "x": raw, "kid": press.key.key_id}
    body = json.dumps({"keys": [entry]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/keys"
    finally:
        server.shutdown()
        server.server_close()
