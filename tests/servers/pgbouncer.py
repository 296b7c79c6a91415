"""Debian's PgBouncer in transaction mode, in front of a test's PostgreSQL.

Few server connections, so that many clients must share them. Like PostgreSQL it refuses root, and
is run by root the same way.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.servers.ports import free_port
from tests.servers.postgres import PASSWORD, EnvironmentDatabase, Postgres, as_plain_user

SERVER_CONNECTIONS = 3
CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = {server_connections}
max_client_conn = 500
auth_type = scram-sha-256
auth_file = {folder}/users
server_login_retry = 0.1
query_wait_timeout = 20
"""


def program() -> str | None:
    """Debian's pgbouncer, or None where it is not installed."""
    return shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")


@dataclass
class PgBouncer:
    """One pooler of one server: a pool for each pair of user and database."""

    server: Postgres
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def in_front_of(self, database: EnvironmentDatabase) -> EnvironmentDatabase:
        """The services' two addresses, through the pooler; the others stay direct."""
        return replace(
            database,
            app_url=self._address(database.app_url),
            system_url=self._address(database.system_url),
        )

    def start(self, *users: str) -> None:
        """Start it for these users and wait until it lets one in."""
        self._write(users)
        command = [program() or "pgbouncer", str(self.folder / "pgbouncer.ini")]
        with (self.folder / "pgbouncer.log").open("ab") as log:
            self.process = subprocess.Popen(as_plain_user(command), stdout=log, stderr=log)
        self._wait_until_it_answers(users[0])

    def kill(self) -> None:
        """End it at once, with every connection through it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=20)
            self.process = None

    def _write(self, users: tuple[str, ...]) -> None:
        known = self.folder / "users"
        known.touch(mode=0o600)
        known.write_text("".join(f'"{user}" "{PASSWORD}"\n' for user in users))
        settings = CONFIGURATION.format(
            server_port=self.server.port,
            port=self.port,
            server_connections=SERVER_CONNECTIONS,
            folder=self.folder,
        )
        (self.folder / "pgbouncer.ini").write_text(settings)

    def _address(self, direct: str) -> str:
        parts = urlsplit(direct)
        return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{self.port}"))

    def _wait_until_it_answers(self, user: str, patience_s: float = 20) -> None:
        deadline = time.monotonic() + patience_s
        url = self._address(self.server.url(user, "pingvas"))
        while True:
            try:
                psycopg.connect(url, connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


@contextmanager
def running(server: Postgres, folder: Path, *users: str) -> Iterator[PgBouncer]:
    """A pooler for as long as the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    pooler = PgBouncer(server, folder)
    try:
        pooler.start(*users)
        yield pooler
    finally:
        pooler.kill()
