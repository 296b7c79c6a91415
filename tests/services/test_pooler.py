"""The pooler as its manifests run it: prepared by our program, on the rendered configuration, with
TLS on both sides. Debian's PgBouncer and a PostgreSQL of its own play the two containers."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from services import pooler
from tests.golden import tree
from tests.servers import pgbouncer as pgbouncer_server
from tests.servers.pgbouncer import PgBouncer
from tests.servers.ports import free_port
from tests.servers.postgres import PASSWORD, SETTINGS, Postgres, as_plain_user, create_environment
from tests.services.dispatch.test_tls import write_certificate

APP, SYSTEM = "pingvas_dev_app", "pingvas_dev_system"
RENDERED = "k8s/overlays/dev/pooler/pgbouncer.ini"
DEBIANS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
needs_servers = pytest.mark.skipif(
    pgbouncer_server.program() is None or not DEBIANS,
    reason="needs Debian's pgbouncer and postgresql: the wheel's own speaks no TLS",
)


def variables(port: int = 5432) -> Mapping[str, str]:
    return {
        "DATABASE_APP_USERNAME": APP,
        "DATABASE_APP_PASSWORD": PASSWORD,
        "DATABASE_SYSTEM_USERNAME": SYSTEM,
        "DATABASE_SYSTEM_PASSWORD": PASSWORD,
        "DATABASE_NAME": "pingvas",
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(port),
    }


def test_files_are_this_users_alone_and_made_anew(tmp_path: Path) -> None:
    assert pooler.main([str(tmp_path)], variables()) == 0
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert pooler.main([str(tmp_path)], variables()) == 0
    second = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(first) == {"users", "databases.ini", "key.pem", "certificate.pem"}
    assert first["key.pem"] != second["key.pem"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_quotes_in_a_password_stay_inside_it() -> None:
    odd = {**variables(), "DATABASE_APP_PASSWORD": 'a"b'}
    assert pooler.users(odd).splitlines()[0] == f'"{APP}" "a""b"'


def test_a_missing_variable_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {name: one for name, one in variables().items() if name != "DATABASE_HOST"}
    assert pooler.main([str(tmp_path)], told) == 2
    assert capsys.readouterr().err == "pooler: DATABASE_HOST is not set\n"
    assert not any(tmp_path.iterdir())


def test_it_wants_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert pooler.main([], variables()) == 2
    assert capsys.readouterr().err.startswith("usage:")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL that speaks TLS; its certificate is its own authority."""
    folder = tmp_path_factory.mktemp("tls")
    file = write_certificate(folder)
    file.chmod(0o600)
    tls = (f"ssl_cert_file={file}", f"ssl_key_file={file}", "ssl=on")
    server = Postgres(folder, settings=(*SETTINGS, *tls))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINGVAS_PG_BIN", str(DEBIANS[-1]))
        server.create()
        try:
            server.start()
            create_environment(server)
            yield server
        finally:
            server.kill()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def authority(database: Postgres) -> Path:
    return database.folder / "certificate.pem"


def start(folder: Path, database: Postgres, authority: Path) -> PgBouncer:
    """PgBouncer on the rendered configuration, at other paths and another port."""
    assert pooler.main([str(folder)], variables(database.port)) == 0
    port = free_port()
    rendered = tree("default")[RENDERED].decode()
    for there, here in (
        ("listen_addr = *", "listen_addr = 127.0.0.1"),
        ("listen_port = 6432", f"listen_port = {port}"),
        ("/run/pooler", str(folder)),
        ("/etc/pingvas/database/authorities.pem", str(authority)),
    ):
        assert there in rendered
        rendered = rendered.replace(there, here)
    (folder / "pgbouncer.ini").write_text(rendered)
    made = PgBouncer(database, folder, port)
    command = [pgbouncer_server.program() or "pgbouncer", str(folder / "pgbouncer.ini")]
    with (folder / "pgbouncer.log").open("ab") as log:
        made.process = subprocess.Popen(as_plain_user(command), stdout=log, stderr=log)
    return made


@pytest.fixture
def pooled(tmp_path: Path, database: Postgres, authority: Path) -> Iterator[PgBouncer]:
    made = start(tmp_path, database, authority)
    try:
        made._wait_until_it_answers(APP)
        yield made
    finally:
        made.kill()


def address(pooled: PgBouncer, mode: str, user: str = APP) -> str:
    return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{pooled.port}/pingvas?sslmode={mode}"


@needs_servers
@pytest.mark.parametrize("user", [APP, SYSTEM])
def test_both_roles_get_through_over_tls(pooled: PgBouncer, user: str) -> None:
    with psycopg.connect(address(pooled, "require", user)) as connection:
        assert connection.pgconn.ssl_in_use
        row = connection.execute(
            "select current_user, ssl, version from pg_stat_ssl where pid = pg_backend_pid()"
        ).fetchone()
    assert row == (user, True, "TLSv1.3")


@needs_servers
def test_nobody_gets_in_without_tls(pooled: PgBouncer) -> None:
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        psycopg.connect(address(pooled, "disable")).close()


@needs_servers
def test_a_wrong_password_is_refused(pooled: PgBouncer) -> None:
    wrong = address(pooled, "require").replace(PASSWORD, "wrong")
    with pytest.raises(psycopg.OperationalError, match="SASL authentication failed"):
        psycopg.connect(wrong).close()


@needs_servers
def test_a_database_of_another_authority_is_not_trusted(tmp_path: Path, database: Postgres) -> None:
    other = tmp_path / "other"
    other.mkdir()
    made = start(tmp_path, database, write_certificate(other))
    log = tmp_path / "pgbouncer.log"
    try:
        while "certificate verify failed" not in log.read_text():
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(address(made, "require"), connect_timeout=5).close()
    finally:
        made.kill()
