"""Data folders are made whole or not at all, by whoever may make them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from pingvas_cli.adapters.database_server import ACCOUNTS, NAMESPACE, PostgresServer
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.database_server import Account
from tests.pingvas_cli.adapters.conftest import Until
from tests.servers.ports import free_port

SUPERUSER = Account("chief", "100% s3cret 'quoted'")
DEBIAN = Path("/usr/lib/postgresql")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it is about running as root")


SETTINGS = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"


def server(**environ: str) -> PostgresServer:
    kept = {name: os.environ[name] for name in ("PATH", "PINGVAS_PG_BIN") if name in os.environ}
    return PostgresServer({**kept, **environ})


def without_namespaces(folder: Path) -> PostgresServer:
    """As where `unshare` is missing: PostgreSQL has to become another account."""
    found = sorted(DEBIAN.glob("*/bin"))
    if not found:
        pytest.skip("needs PostgreSQL's programs outside root's home: apt install postgresql")
    (folder / "bin").mkdir(exist_ok=True)
    return server(PATH=str(folder / "bin"), PINGVAS_PG_BIN=str(found[-1]))


def serves(postgres: PostgresServer, data: Path, port: int, until: Until) -> str:
    """Start it as the supervisor would, ask it something, end it."""
    account = postgres.run_as()
    user = pwd.getpwnam(account).pw_uid if account else None
    with (data.parent / "log").open("wb") as log:
        process = subprocess.Popen(postgres.command(data, port), stdout=log, stderr=log, user=user)
    url = f"host=127.0.0.1 port={port} user=chief dbname=postgres connect_timeout=2"
    try:
        until(lambda: _answers(url))
        with psycopg.connect(url, password=SUPERUSER.password) as connection:
            row = connection.execute("show data_checksums").fetchone()
            assert row is not None
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url, password="wrong")
        return str(row[0])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, password=SUPERUSER.password).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_folder_serves_and_nothing_else_is_left(folder: Path, until: Until) -> None:
    data, port, postgres = folder / "data", free_port(), server()
    assert not postgres.initialised(data)
    postgres.initialise(data, SUPERUSER, SETTINGS)
    assert postgres.initialised(data)
    assert [path.name for path in folder.iterdir()] == ["data"]
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert serves(postgres, data, port, until) == "on"


@AS_ROOT
def test_root_runs_it_in_a_user_namespace(folder: Path) -> None:
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs user namespaces, which are not allowed here")
    assert server().command(folder, 5432)[: len(NAMESPACE)] == NAMESPACE
    assert server().run_as() is None


@AS_ROOT
def test_root_without_namespaces_becomes_another_account(folder: Path, until: Until) -> None:
    postgres, port = without_namespaces(folder), free_port()
    room = folder / "database"
    (room / "wal_archive").mkdir(parents=True, mode=0o700)
    postgres.initialise(room / "data", SUPERUSER, SETTINGS)
    account = postgres.run_as()
    assert account in ACCOUNTS
    uid = pwd.getpwnam(account).pw_uid
    owned = (room, room / "data", room / "data/pingvas.conf", room / "wal_archive")
    assert {path.stat().st_uid for path in owned} == {uid}
    assert postgres.command(room / "data", port)[0].endswith("/postgres")
    assert serves(postgres, room / "data", port, until) == "on"


@AS_ROOT
def test_an_account_that_cannot_reach_the_folder_is_told(folder: Path) -> None:
    postgres = without_namespaces(folder)
    closed = folder / "closed" / "database"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    with pytest.raises(PingvasError) as failure:
        postgres.initialise(closed / "data", SUPERUSER, SETTINGS)
    assert failure.value.code == "local.postgres_unreachable"
    assert failure.value.params["account"] in ACCOUNTS
    assert list(closed.iterdir()) == []


@AS_ROOT
def test_an_account_that_cannot_reach_the_programs_is_told(folder: Path) -> None:
    programs = folder / "programs"
    programs.mkdir(mode=0o700)
    for name in ("initdb", "postgres"):
        shutil.copy("/bin/true", programs / name)
    postgres = server(PATH="/nonexistent", PINGVAS_PG_BIN=str(programs))
    (folder / "database").mkdir()
    with pytest.raises(PingvasError) as failure:
        postgres.initialise(folder / "database" / "data", SUPERUSER, SETTINGS)
    assert failure.value.code == "local.postgres_unreachable"
    assert "denied" in str(failure.value.params["detail"])


def test_a_kill_in_the_middle_is_healed(folder: Path, until: Until) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from pingvas_cli.adapters.database_server import PostgresServer\n"
        "from pingvas_cli.ports.database_server import Account\n"
        "PostgresServer(os.environ).initialise(Path(sys.argv[1]), Account('chief', 'x'), '')"
    )
    data, port = folder / "data", free_port()
    child = subprocess.Popen([sys.executable, "-c", code, str(data)], start_new_session=True)
    until((folder / "data.new" / "PG_VERSION").exists)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait(10)
    until(lambda: not _working_in(folder))
    assert not server().initialised(data)
    assert (folder / "data.pw").exists()
    server().initialise(data, SUPERUSER, SETTINGS)
    assert [path.name for path in folder.iterdir()] == ["data"]
    assert serves(server(), data, port, until) == "on"


def _working_in(folder: Path) -> bool:
    found = (p.info["cmdline"] or () for p in psutil.process_iter(["cmdline"]))
    return any(str(folder) in word for words in found for word in words)


def test_a_failure_says_why_and_leaves_nothing(folder: Path) -> None:
    programs = folder / "programs"
    programs.mkdir()
    for name in ("initdb", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    (folder / "database").mkdir()
    with pytest.raises(PingvasError) as failure:
        server(PINGVAS_PG_BIN=str(programs)).initialise(
            folder / "database" / "data", SUPERUSER, SETTINGS
        )
    assert failure.value.code == "local.initdb_fails"
    assert failure.value.params["detail"] == "No space left on device"
    assert list((folder / "database").iterdir()) == []


def test_missing_programs_are_named(folder: Path) -> None:
    with pytest.raises(PingvasError) as failure:
        server(PINGVAS_PG_BIN=str(folder)).command(folder, 5432)
    assert (failure.value.code, failure.value.where) == ("local.postgres_missing", "PINGVAS_PG_BIN")


def test_the_password_is_never_on_a_command_line(folder: Path) -> None:
    """A stand-in for initdb writes down what it was called with, and the file it was given."""
    programs = folder / "programs"
    programs.mkdir()
    note = folder / "note"
    text = f'#!/bin/sh\necho "$@" > {note}\nstat -c %a {folder}/data.pw >> {note}\nexit 1\n'
    for name in ("initdb", "postgres"):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    with pytest.raises(PingvasError):
        server(PINGVAS_PG_BIN=str(programs)).initialise(folder / "data", SUPERUSER, "")
    words, mode = note.read_text().splitlines()
    assert "s3cret" not in words
    assert mode == "600"
