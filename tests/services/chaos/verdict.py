"""What must be true at the end: from tables, objects and keys alone, by none of our own code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import boto3
import psycopg
from mypy_boto3_s3 import S3Client
from psycopg.rows import dict_row

from services.dispatch.queue import key_prefix
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.saas import IMAGES_BUCKET
from tests.servers.seaweedfs import ACCESS_KEY, SECRET_KEY, SeaweedFS
from tests.services.chaos.holdings import Attempt
from tests.services.chaos.stalls import Job
from tests.services.dispatch.keys import key
from tests.services.dispatch.valkey_nodes import Node

MAX_ATTEMPTS: Final = 3
# Written by the database itself, whoever changes a row: a second end could not hide.
HISTORY: Final = """
create table endings (job_id uuid, before text, after text);
create function note_ending() returns trigger language plpgsql security definer
set search_path from current as $$
begin
    insert into endings values (old.id, old.status, new.status);
    return new;
end
$$;
create trigger note_ending after update on generation_jobs for each row
when (old.status in ('succeeded', 'failed', 'cancelled')
    or new.status in ('succeeded', 'failed', 'cancelled'))
execute function note_ending()"""
ENDED_OTHERWISE_THAN_ONCE: Final = """
select job.id, job.status, array_agg(ending.before || ' to ' || ending.after) as endings
from generation_jobs as job left join endings as ending on ending.job_id = job.id
group by job.id
having count(ending.job_id) <> 1 or bool_or(ending.before not in ('queued', 'running'))
    or max(ending.after) <> job.status"""
POSITIONS_WRONG: Final = """
select job_id, array_agg(position order by position) as positions
from images group by job_id
having min(position) <> 0 or max(position) <> count(*) - 1
    or count(distinct position) <> count(*) or count(distinct object_key) <> count(*)"""
UNSUCCESSFUL: Final = """
select id::text, user_id::text, status, error_code, attempt
from generation_jobs where status <> 'succeeded'"""
TIMES: Final = """
select id::text, extract(epoch from queued_at)::float8 as queued_at,
    extract(epoch from finished_at)::float8 as finished_at from generation_jobs"""

Rows = list[dict[str, Any]]


def keep_history(database: EnvironmentDatabase) -> None:
    """Let the database write down every end of a job."""
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        admin.execute(HISTORY)


class Record:
    """The tables as their owner of all sees them."""

    def __init__(self, database: EnvironmentDatabase) -> None:
        self._database = database

    def _rows(self, query: str) -> Rows:
        with psycopg.connect(self._database.admin_url, row_factory=dict_row) as connection:
            connection.execute(f"set search_path = {self._database.schema}".encode())
            return connection.execute(query.encode()).fetchall()

    def ended(self) -> int:
        """How many jobs are over."""
        query = "select count(*) as n from generation_jobs where finished_at is not null"
        return int(self._rows(query)[0]["n"])

    def faults(self) -> dict[str, Rows]:
        """What does not add up beside what `Books` looks at, by what it is."""
        checks = {"endings": ENDED_OTHERWISE_THAN_ONCE, "positions": POSITIONS_WRONG}
        found = {what: self._rows(query) for what, query in checks.items()}
        return {what: rows for what, rows in found.items() if rows}

    def unsuccessful(self) -> Rows:
        """Jobs that ended without pictures."""
        return self._rows(UNSUCCESSFUL)

    def times(self) -> list[Job]:
        """When each job was taken, and ended."""
        return [Job(**row) for row in self._rows(TIMES)]

    def pictures(self) -> dict[str, str]:
        """Key to checksum, as the record has them."""
        rows = self._rows("select object_key, sha256 from images")
        return {row["object_key"]: row["sha256"] for row in rows}

    def most_attempts(self) -> int:
        """How often the job that was hit worst was handed out."""
        return int(self._rows("select max(attempt) as n from generation_jobs")[0]["n"])


def stored(store: SeaweedFS) -> dict[str, str]:
    """Key to checksum of everything in the bucket."""
    with _bucket(store) as client:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=IMAGES_BUCKET)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {key: _checksum(client, key) for key in keys}


def left_in_queue(node: Node) -> dict[str, int]:
    """What the queue still has of jobs and news, beside dead letters; nothing that is empty."""
    with node.client() as client:
        counts = {
            "jobs": int(str(client.hlen(_key("jobs")))) - int(str(client.zcard(_key("dead")))),
            "finished": int(str(client.hlen(_key("finished")))),
            "waiting": int(str(client.get(_key("depth")) or 0)),
            "news": int(str(client.xlen(f"{key_prefix('dev')}:results"))),
            "held": int(str(client.hlen(_key("held")))),
            "leases": int(str(client.zcard(_key("leases")))),
            "delayed": int(str(client.zcard(_key("delayed")))),
        }
    return {name: count for name, count in counts.items() if count}


def dead_letters(node: Node) -> set[str]:
    """The ids of jobs that were given up."""
    with node.client() as client:
        return set(map(str, client.zrange(_key("dead"), 0, -1)))


def unexplained(unsuccessful: Rows, attempts: Sequence[Attempt]) -> Rows:
    """Jobs without pictures that were not lost by three workers: killed, or past their leases."""
    kept = {each.job_id for each in attempts if not each.is_lost}
    return [
        row
        for row in unsuccessful
        if row["error_code"] != "attempts_exhausted"
        or row["attempt"] < MAX_ATTEMPTS
        or row["id"] in kept
    ]


def _checksum(client: S3Client, key: str) -> str:
    content = client.get_object(Bucket=IMAGES_BUCKET, Key=key)["Body"].read()
    return hashlib.sha256(content).hexdigest()


@contextmanager
def _bucket(store: SeaweedFS) -> Iterator[S3Client]:
    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    try:
        yield client
    finally:
        client.close()


def _key(name: str) -> str:
    return key(name, environment="dev")
