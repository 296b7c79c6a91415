"""S3 through boto3; any endpoint that speaks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.object_store import Bucket, ObjectStoreAccess

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PROBE: Final = ".pingvas-probe"


class S3ObjectStore:
    """Buckets and their lifecycle over the S3 API."""

    def answers(self, access: ObjectStoreAccess) -> bool:
        with suppress(PingvasError), _signed_in(access) as client:
            _names(client)
            return True
        return False

    def prepared(self, access: ObjectStoreAccess, buckets: Sequence[Bucket]) -> bool:
        with suppress(PingvasError), _signed_in(access) as client:
            present = _names(client)
            return all(b.name in present and _as_asked(client, b) for b in buckets)
        return False

    def prepare(self, access: ObjectStoreAccess, buckets: Sequence[Bucket]) -> None:
        with _signed_in(access) as client:
            present = _names(client)
            for bucket in buckets:
                if bucket.name not in present:
                    client.create_bucket(Bucket=bucket.name)
                    _prove(client, bucket)
                _set_up(client, bucket)


@contextmanager
def _signed_in(access: ObjectStoreAccess) -> Iterator[S3Client]:
    """A client whose failures are ours; an answer that is no S3 fails in botocore's parser."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield _client(access)
    except (BotoCoreError, ClientError, ResponseParserError, ValueError, LookupError) as error:
        raise PingvasError(
            "local.object_store_fails", where=access.endpoint, detail=str(error)[:300]
        ) from error


def _names(client: S3Client) -> frozenset[str]:
    return frozenset(each["Name"] for each in client.list_buckets()["Buckets"])


@lru_cache(maxsize=4)
def _client(access: ObjectStoreAccess) -> S3Client:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=access.endpoint,
        region_name=access.region,
        aws_access_key_id=access.access_key,
        aws_secret_access_key=access.secret_key,
        config=Config(
            s3={"addressing_style": "path"},
            connect_timeout=2,
            read_timeout=10,
            retries={"max_attempts": 1},
        ),
    )


def _prove(client: S3Client, bucket: Bucket) -> None:
    """A new bucket takes a write, before anybody relies on it and before it keeps versions."""
    client.put_object(Bucket=bucket.name, Key=PROBE, Body=b"pingvas")
    client.delete_object(Bucket=bucket.name, Key=PROBE)


def _set_up(client: S3Client, bucket: Bucket) -> None:
    if bucket.versioned:
        client.put_bucket_versioning(
            Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"}
        )
    if bucket.expire_days is not None:
        rule: Any = {
            "ID": "expire",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": bucket.expire_days},
        }
        client.put_bucket_lifecycle_configuration(
            Bucket=bucket.name, LifecycleConfiguration={"Rules": [rule]}
        )


def _as_asked(client: S3Client, bucket: Bucket) -> bool:
    if bucket.versioned:
        status = client.get_bucket_versioning(Bucket=bucket.name).get("Status")
        if status != "Enabled":
            return False
    return bucket.expire_days is None or _expires(client, bucket)


def _expires(client: S3Client, bucket: Bucket) -> bool:
    from botocore.exceptions import ClientError

    try:
        rules = client.get_bucket_lifecycle_configuration(Bucket=bucket.name)["Rules"]
    except ClientError:
        return False
    return any(rule.get("Expiration", {}).get("Days") == bucket.expire_days for rule in rules)
