"""The servers' steps on real servers: they stand, stay, keep environments apart, and go."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import boto3
import psutil
import psycopg
import pytest
import redis
from botocore.exceptions import ClientError
from redis.backoff import NoBackoff
from redis.retry import Retry

from pingvas_cli.bootstrap.local import teardown
from pingvas_cli.bootstrap.local.cache import SERVICE, DevCache, ProdCache, Sentinels
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.database import DatabaseServerStep, superuser_url
from pingvas_cli.bootstrap.local.generated_secrets import GeneratedSecrets
from pingvas_cli.bootstrap.local.object_store import (
    REGION,
    Buckets,
    ObjectStoreServer,
    administrator_access,
    buckets,
    endpoint,
    images_bucket,
    sockets,
)
from pingvas_cli.bootstrap.local.parts import parts
from pingvas_cli.bootstrap.local.state_folder import StateFolder
from pingvas_cli.bootstrap.local.supervisor import SupervisorStep
from pingvas_cli.bootstrap.local.tenancies import Tenancies, tenancy
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Refused
from pingvas_cli.ports.cache import CacheAddress
from tests.pingvas_cli.bootstrap.local.conftest import bring, context, state_folder, torn_down

pytestmark = pytest.mark.integration
STEPS = (
    StateFolder(),
    GeneratedSecrets(),
    SupervisorStep(),
    DatabaseServerStep(),
    DevCache(),
    ProdCache(),
    Sentinels(),
    ObjectStoreServer(),
    Buckets(),
    Tenancies(),
)
OTHER: dict[EnvironmentName, EnvironmentName] = {"dev": "prod", "prod": "dev"}


@pytest.fixture(scope="module")
def standing() -> Iterator[LocalContext]:
    with state_folder() as root, torn_down(context(root)) as ctx:
        assert bring(ctx, STEPS).applied == tuple(step.slug for step in STEPS)
        yield ctx


def app(ctx: LocalContext, environment: EnvironmentName, port: str) -> redis.Redis:
    password = ctx.secrets.of(environment).cache_app
    return at_once(ctx.ports[port], username="pingvas", password=password)


def at_once(port: int, **account: str) -> redis.Redis:
    """A client that does not try again after a refusal."""
    return redis.Redis(port=port, retry=Retry(NoBackoff(), 0), **account)  # type: ignore[arg-type]


def s3(ctx: LocalContext, environment: EnvironmentName) -> Any:
    secrets = ctx.secrets.of(environment)
    return boto3.client(
        "s3",
        endpoint_url=endpoint(ctx),
        region_name=REGION,
        aws_access_key_id=secrets.object_store_access,
        aws_secret_access_key=secrets.object_store_secret,
    )


def test_a_second_run_changes_nothing(standing: LocalContext) -> None:
    pids = {each.name: each.pid for each in standing.supervisor.statuses()}
    assert bring(standing, STEPS).applied == ()
    assert {each.name: each.pid for each in standing.supervisor.statuses()} == pids


def test_every_part_is_healthy_and_has_a_port_memory_and_process(standing: LocalContext) -> None:
    found = parts(standing)
    assert len(found) == 9
    for part in found:
        assert part.healthy, part
        assert part.port, part
        assert part.memory_bytes > 1024**2, part


def test_they_listen_on_loopback_only_at_their_own_ports(standing: LocalContext) -> None:
    seen = set()
    for process in standing.host.processes(standing.layout.root):
        for each in psutil.Process(process.pid).net_connections("all"):
            if each.status == psutil.CONN_LISTEN and each.family.name.startswith("AF_INET"):
                assert each.laddr.ip == "127.0.0.1", (process, each)
                seen.add(each.laddr.port)
    assert seen <= set(standing.ports.values())


def test_no_process_shows_a_secret(standing: LocalContext) -> None:
    tree = asdict(standing.secrets)
    secrets = [w for v in tree.values() for w in (v.values() if isinstance(v, dict) else [v])]
    found = standing.host.processes(standing.layout.root)
    words = "\0".join(" ".join(psutil.Process(each.pid).cmdline()) for each in found)
    assert len(found) > 9
    assert not [secret for secret in secrets if secret in words]


def test_no_log_tells_a_secret(standing: LocalContext) -> None:
    tree = asdict(standing.secrets)
    secrets = [w for v in tree.values() for w in (v.values() if isinstance(v, dict) else [v])]
    for log in standing.layout.logs.iterdir():
        text = log.read_text(errors="replace")
        assert not [secret for secret in secrets if secret in text], log


@pytest.mark.parametrize("port", ["redis_dev", "redis_prod_1"])
def test_a_service_works_in_its_own_keys_only(standing: LocalContext, port: str) -> None:
    environment: EnvironmentName = "dev" if port == "redis_dev" else "prod"
    with app(standing, environment, port) as client:
        assert client.set(f"{{pingvas:{environment}}}:x", "1")
        assert client.execute_command("DEL", f"{{pingvas:{environment}}}:x") == 1
        refused = (
            ("SET", f"{{pingvas:{OTHER[environment]}}}:x", "1"),
            ("SET", "elsewhere", "1"),
            ("FLUSHALL",),
            ("KEYS", "*"),
            ("CONFIG", "GET", "*"),
            ("ACL", "LIST"),
            ("SHUTDOWN",),
            ("REPLICAOF", "NO", "ONE"),
        )
        for command in refused:
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command)


@pytest.mark.parametrize("port", ["redis_dev", "redis_prod_1", "redis_prod_3", "sentinel_2"])
def test_no_cache_lets_a_stranger_in(standing: LocalContext, port: str) -> None:
    wrong: EnvironmentName = "prod" if port == "redis_dev" else "dev"
    with (
        at_once(standing.ports[port]) as nobody,
        pytest.raises(redis.exceptions.RedisError),
    ):
        nobody.ping()
    with app(standing, wrong, port) as other, pytest.raises(redis.exceptions.AuthenticationError):
        other.ping()


def test_the_replicas_and_the_sentinels_agree(standing: LocalContext) -> None:
    def at(name: str, user: str = "operator", password: str = "") -> CacheAddress:
        word = password or standing.secrets.cache_operator
        return CacheAddress(standing.ports[name], user, word)

    nodes = tuple(at(f"redis_prod_{n}") for n in (1, 2, 3))
    watchers = tuple(
        at(f"sentinel_{n}", "sentinel", standing.secrets.cache_sentinel) for n in (1, 2, 3)
    )
    cache = standing.cache
    assert all(cache.answers(node) for node in nodes)
    assert cache.replicates(nodes)
    assert not cache.replicates((nodes[1], nodes[2]))
    assert not cache.replicates((at("redis_dev"), *nodes))
    assert cache.guarded(watchers, SERVICE, replicas=2)
    assert not cache.guarded(watchers, SERVICE, replicas=3)
    assert not cache.guarded(watchers[:2], SERVICE, replicas=2)
    assert not cache.guarded(watchers, "another", replicas=2)
    assert not cache.answers(at("redis_dev", password="wrong"))
    assert not cache.guarded(nodes, SERVICE, replicas=2)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environments_key_opens_its_own_bucket_only(
    standing: LocalContext, environment: EnvironmentName
) -> None:
    client, own = s3(standing, environment), images_bucket(standing, environment)
    client.put_object(Bucket=own, Key="x", Body=b"penguin")
    assert client.get_object(Bucket=own, Key="x")["Body"].read() == b"penguin"
    others = [b.name for b in buckets(standing) if b.name != own]
    refused: list[tuple[Any, dict[str, Any]]] = [
        *((client.put_object, {"Bucket": name, "Key": "x", "Body": b"x"}) for name in others),
        *((client.get_object, {"Bucket": name, "Key": "x"}) for name in others),
        *((client.list_objects_v2, {"Bucket": name}) for name in others),
        (client.create_bucket, {"Bucket": "intruder"}),
        (client.delete_bucket, {"Bucket": own}),
    ]
    for call, arguments in refused:
        with pytest.raises(ClientError) as refusal:
            call(**arguments)
        assert refusal.value.response["Error"]["Code"] == "AccessDenied"


def test_buckets_are_as_asked_and_harm_is_seen(standing: LocalContext) -> None:
    access, store = administrator_access(standing), standing.object_store
    assert store.answers(access)
    assert store.prepared(access, buckets(standing))
    absent = (*buckets(standing), type(buckets(standing)[0])("another", expire_days=7))
    assert not store.prepared(access, absent)
    store.prepare(access, absent)
    assert store.prepared(access, absent)
    longer = (type(absent[0])("another", expire_days=8),)
    assert not store.prepared(access, longer)
    store.prepare(access, longer)
    assert store.prepared(access, longer)
    wrong = type(access)(access.endpoint, access.region, access.access_key, "wrong")
    assert not store.answers(wrong)
    assert not store.prepared(wrong, buckets(standing))


def test_dev_does_not_see_prods_schema(standing: LocalContext) -> None:
    port = standing.ports["postgres"]
    with psycopg.connect(tenancy(standing, "dev").app.url(port, "pingvas")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table prod_pingvas.intruder (id int)")
        connection.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table public.intruder (id int)")


def archived(ctx: LocalContext) -> tuple[int, int]:
    """How many segments the server has archived, and how often it failed, after a switch."""
    query = "select archived_count, failed_count from pg_stat_archiver"
    with psycopg.connect(superuser_url(ctx), autocommit=True) as connection:
        connection.execute("select pg_switch_wal()")
        for _ in range(100):
            done, failed = connection.execute(query).fetchall()[0]
            if done or failed:
                break
            connection.execute("select pg_sleep(0.1)")
    return done, failed


def test_the_log_of_writes_is_archived(standing: LocalContext) -> None:
    done, failed = archived(standing)
    assert (done > 0, failed) == (True, 0)
    assert [p.suffix for p in standing.layout.wal_archive.iterdir() if p.suffix == ".gz"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it is about running as root")
def test_root_without_user_namespaces_stands_as_another_account() -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("needs PostgreSQL's programs outside root's home: apt install postgresql")
    with state_folder() as root:
        path = root.parent / "bin"
        path.mkdir()
        for name in ("sh", "gzip", "mv", "test"):
            (path / name).symlink_to(str(shutil.which(name)))
        environ = {"PATH": str(path), "PINGVAS_PG_BIN": str(programs[-1])}
        steps = (*STEPS[:4], STEPS[-1])
        with torn_down(context(root, **environ)) as ctx:
            account = ctx.database_server.run_as()
            assert account in ("postgres", "nobody")
            assert bring(ctx, steps).applied == tuple(step.slug for step in steps)
            assert archived(ctx)[1] == 0
            server = next(each for each in ctx.supervisor.statuses() if each.name == "postgres")
            assert psutil.Process(server.pid).username() == account
            assert bring(ctx, steps).applied == ()
            strangers = {p for p in root.rglob("*") if p.stat().st_mode & 0o077}
            assert strangers == set()
        assert not root.exists()


def test_destroy_removes_its_sockets_and_names_what_is_left(standing: LocalContext) -> None:
    """The last of this file: it ends the servers."""
    made = [path for path in sockets(standing) if path.exists()]
    assert made
    left = teardown.destroy(standing)
    assert not left, left
    assert not [path for path in sockets(standing) if path.exists()]
    assert not standing.layout.root.exists()
    assert standing.host.processes(standing.layout.root) == ()


def test_a_socket_left_behind_is_reported(tmp_path: Path) -> None:
    ctx = context(tmp_path / "s")
    path = sockets(ctx)[0]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        assert not teardown.orphans(ctx), "another platform at the same ports lives there"
        teardown.stop(ctx)
        assert path.exists()
    try:
        assert teardown.orphans(ctx).files == (path,)
        teardown.stop(ctx)
        assert not path.exists()
    finally:
        path.unlink(missing_ok=True)


def test_a_folder_that_is_no_platform_is_left_alone(tmp_path: Path) -> None:
    ctx = context(tmp_path)
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(Refused) as refusal:
        teardown.destroy(ctx)
    assert refusal.value.code == "local.not_a_platform"
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
