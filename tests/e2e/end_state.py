"""What a bootstrap leaves behind, in a form in which two platforms can be compared.

What differs by nature (ids, secrets, times, ports) is left out; everything that a repeated or
broken-off run could double, lose or leave lying about is in.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil
import psycopg

from pingvas_cli.bootstrap.local.checkpoint import installed
from pingvas_cli.bootstrap.local.database import superuser_url
from pingvas_cli.bootstrap.local.parts import parts
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.bootstrap.local.tenancies import database_name
from pingvas_cli.config.values import EnvironmentName
from tests.e2e.books import object_keys, object_store, system_of
from tests.e2e.own_platform import OwnPlatform, platform_processes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The folders whose files belong to PostgreSQL, SeaweedFS, the nodes and the releases themselves.
# How many letters there are is nobody's promise: who signs up again is written to again.
OWN_AFFAIRS: Final = ("database/data/", "database/wal_archive/", "object_store/data/", "edge/")
UNFINISHED: Final = (
    "*.new",
    "*.part",
    "*.pw",
    ".building",
    ".built.whl",
    "*-attempt.json",
    "*.tmp",
)
ROLES: Final = """
select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolconfig
from pg_roles where rolname not like 'pg\\_%' order by rolname"""
SCHEMAS: Final = """
select nspname, pg_get_userbyid(nspowner), nspacl::text from pg_namespace
where nspname not like 'pg\\_%' and nspname <> 'information_schema' order by nspname"""
TABLES: Final = """
select nspname, relname, relrowsecurity, relforcerowsecurity, relacl::text,
    (select count(*) from pg_policy where polrelid = pg_class.oid)
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname like '%\\_pingvas' and relkind in ('r', 'v', 'm', 'S') order by nspname, relname"""
COUNTS: Final = """
select (select count(*) from users where role = 'admin') as administrators,
    (select count(*) from users where role = 'user') as customers,
    (select json_object_agg(status, n) from
        (select status, count(*) as n from generation_jobs group by status) as s) as jobs,
    (select json_object_agg(kind, n) from
        (select kind, json_build_array(count(*), sum(amount_credits)) as n
         from credit_ledger group by kind) as k) as ledger,
    (select coalesce(sum(credit_balance), 0)::int from users) as balances,
    (select count(*) from images) as images,
    (select json_agg(name order by name) from checkpoints) as checkpoints"""


@dataclass(frozen=True)
class EndState:
    """Comparable as a whole; `differences` names the fields in which two differ."""

    parts: tuple[tuple[str, bool], ...]
    processes: dict[str, int]
    files: tuple[str, ...]
    unfinished: tuple[str, ...]
    releases: tuple[int, int]
    checkpoints: tuple[str, ...]
    buckets: tuple[tuple[str, str, str], ...]
    objects: dict[str, int]
    roles: tuple[Any, ...]
    schemas: tuple[Any, ...]
    tables: tuple[Any, ...]
    rows: dict[str, dict[str, Any]]
    sentinel_views: tuple[str, ...]

    def differences(self, other: EndState) -> dict[str, tuple[Any, Any]]:
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def end_state(platform: OwnPlatform) -> EndState:
    """Look at everything."""
    ctx = platform.context
    return EndState(
        parts=tuple((part.name, part.healthy) for part in parts(ctx)),
        processes=_processes(platform.root),
        files=tuple(_files(platform)),
        unfinished=tuple(_unfinished(platform.root)),
        releases=_releases(platform),
        checkpoints=tuple(f"{each['name']} {each['sha256']}" for each in installed(ctx)),
        buckets=tuple(_buckets(platform)),
        objects={name: len(object_keys(platform, name)) for name in ENVIRONMENTS},
        roles=_catalogue(platform, ROLES),
        schemas=_catalogue(platform, SCHEMAS),
        tables=_catalogue(platform, TABLES),
        rows={name: _rows(platform, name) for name in ENVIRONMENTS},
        sentinel_views=tuple(_sentinels_own_lines(platform)),
    )


def _processes(root: Path) -> dict[str, int]:
    """How many of each; PostgreSQL's own children come and go, so it counts once."""
    names = Counter(_kind(process) for process in platform_processes(root))
    return dict(names) | {"postgres": min(names["postgres"], 1)}


def _kind(process: psutil.Process) -> str:
    words = process.cmdline()
    if "-m" in words:
        return words[words.index("-m") + 1]
    return "postgres" if process.name() in ("postgres", "unshare") else process.name()


def _files(platform: OwnPlatform) -> Iterator[str]:
    """The names of files and folders, without those that their owners make and drop."""
    release = {each.id for each in platform.context.releases.all()}
    for path in sorted(platform.root.rglob("*")):
        name = str(path.relative_to(platform.root))
        for each in release:
            name = name.replace(each, "RELEASE")
        inside_release = name.startswith("releases/RELEASE/")
        own = name.startswith(OWN_AFFAIRS) or "appendonly" in name or name.endswith(".eml")
        if not inside_release and not own:
            yield name


def _unfinished(root: Path) -> Iterator[str]:
    for pattern in UNFINISHED:
        yield from (str(p) for p in root.rglob(pattern) if "object_store/data" not in str(p))


def _releases(platform: OwnPlatform) -> tuple[int, int]:
    """How many were built, and how many different ones are deployed."""
    releases = platform.context.releases
    deployed = {found.id for name in ENVIRONMENTS if (found := releases.deployed(name))}
    return len(releases.all()), len(deployed)


def _buckets(platform: OwnPlatform) -> Iterator[tuple[str, str, str]]:
    with object_store(platform) as client:
        for bucket in client.list_buckets()["Buckets"]:
            name = bucket["Name"]
            versioning = client.get_bucket_versioning(Bucket=name).get("Status", "-")
            yield name, versioning, _lifecycle(client, name)


def _lifecycle(client: S3Client, bucket: str) -> str:
    from botocore.exceptions import ClientError

    try:
        found = client.get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return json.dumps(found["Rules"], default=str, sort_keys=True)


def _catalogue(platform: OwnPlatform, query: str) -> tuple[Any, ...]:
    ctx = platform.context
    url = superuser_url(ctx).rsplit("/", 1)[0] + f"/{database_name(ctx)}"
    with psycopg.connect(url) as connection:
        # A constant of this file; psycopg asks for a literal.
        return tuple(connection.execute(query.encode()).fetchall())


def _rows(platform: OwnPlatform, environment: EnvironmentName) -> dict[str, Any]:
    with system_of(platform, environment) as rows:
        found = rows.execute(COUNTS).fetchone()
    assert found is not None
    return found


def _sentinels_own_lines(platform: OwnPlatform) -> Iterator[str]:
    """How many replicas and other Sentinels each Sentinel has written down."""
    for path in sorted(platform.layout.cache.glob("sentinel-*/sentinel.conf")):
        words = Counter(line.split()[1] for line in path.read_text().splitlines() if " " in line)
        yield f"{path.parent.name} {words['known-replica']} {words['known-sentinel']}"
