"""What must be true of an environment's books, whatever was killed: jobs, pictures, credits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import dict_row

from pingvas_cli.bootstrap.local.object_store import administrator_access, images_bucket
from pingvas_cli.bootstrap.local.tenancies import database_name, tenancy
from pingvas_cli.config.values import EnvironmentName
from tests.e2e.customer import Customer, digest_at
from tests.e2e.own_platform import OwnPlatform

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UNBALANCED: Final = """
select email, credit_balance from users where credit_balance <> (
    select coalesce(sum(amount_credits), 0) from credit_ledger where user_id = users.id
)"""
SETTLED_WRONGLY: Final = """
select job.id, job.status, array_agg(entry.kind order by entry.id) as kinds
from generation_jobs as job left join credit_ledger as entry on entry.job_id = job.id
group by job.id
having array_agg(entry.kind order by entry.id) is distinct from array['hold', 'capture']"""
PICTURES_WRONG: Final = """
select job.id, count(image.id), array_agg(image.position order by image.position) as positions
from generation_jobs as job left join images as image on image.job_id = job.id
group by job.id
having count(image.id) <> (job.parameters ->> 'count')::int
    or max(image.position) <> count(image.id) - 1"""

PICTURES: Final = "images/"


@contextmanager
def system_of(
    platform: OwnPlatform, environment: EnvironmentName
) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A connection that sees every row of an environment."""
    ctx = platform.context
    account = tenancy(ctx, environment).system
    url = account.url(ctx.ports["postgres"], database_name(ctx))
    with psycopg.connect(url, row_factory=dict_row) as connection:
        yield connection


def check_books(platform: OwnPlatform, environment: EnvironmentName) -> None:
    """Everything is settled: each job succeeded once, was paid once, has its pictures, no more."""
    with system_of(platform, environment) as rows:
        assert not rows.execute(
            "select id, status, error_code from generation_jobs where status <> 'succeeded'"
        ).fetchall()
        assert not rows.execute(UNBALANCED).fetchall()
        assert not rows.execute(SETTLED_WRONGLY).fetchall()
        assert not rows.execute(PICTURES_WRONG).fetchall()
        kept = {row["object_key"] for row in rows.execute("select object_key from images")}
    assert object_keys(platform, environment) == kept


def check_customer(platform: OwnPlatform, environment: EnvironmentName, customer: Customer) -> None:
    """What the customer asked for is there once, can be fetched, and was paid for once."""
    with system_of(platform, environment) as rows:
        jobs = rows.execute(
            "select id::text, idempotency_key, cost_credits from generation_jobs"
            " where user_id = %s",
            [customer.user_id],
        ).fetchall()
    assert {job["idempotency_key"]: job["id"] for job in jobs} == customer.jobs
    assert customer.balance() == customer.credits - sum(job["cost_credits"] for job in jobs)
    pictures = [image for job_id in customer.jobs.values() for image in customer.images(job_id)]
    assert all(digest_at(image["url"]) == image["sha256"] for image in pictures)
    assert pictures


def finished_at(
    platform: OwnPlatform, environment: EnvironmentName, job_ids: list[str]
) -> float | None:
    """When the last of the jobs succeeded, seconds since the epoch; None while one has not."""
    with system_of(platform, environment) as rows:
        found = rows.execute(
            "select status, extract(epoch from finished_at)::float8 as at"
            " from generation_jobs where id = any(%s)",
            [job_ids],
        ).fetchall()
    assert len(found) == len(job_ids)
    assert not {row["status"] for row in found} & {"failed", "cancelled"}, found
    done = all(row["status"] == "succeeded" for row in found)
    return max(row["at"] for row in found) if done else None


def most_attempts(platform: OwnPlatform, environment: EnvironmentName, job_ids: list[str]) -> int:
    """How often the job that was handed out most was handed out."""
    with system_of(platform, environment) as rows:
        found = rows.execute(
            "select max(attempt) as most from generation_jobs where id = any(%s)", [job_ids]
        ).fetchone()
    assert found is not None
    return int(found["most"])


def object_keys(platform: OwnPlatform, environment: EnvironmentName) -> set[str]:
    """The keys of generated pictures in an environment's bucket; their thumbnails come later."""
    bucket = images_bucket(platform.context, environment)
    with object_store(platform) as client:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PICTURES)
        return {each["Key"] for page in pages for each in page.get("Contents", [])}


@contextmanager
def object_store(platform: OwnPlatform) -> Iterator[S3Client]:
    """The S3 API as its administrator."""
    import boto3

    access = administrator_access(platform.context)
    client = boto3.client(
        "s3",
        endpoint_url=access.endpoint,
        region_name=access.region,
        aws_access_key_id=access.access_key,
        aws_secret_access_key=access.secret_key,
    )
    try:
        yield client
    finally:
        client.close()
