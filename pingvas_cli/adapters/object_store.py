"""S3 through boto3; any endpoint that speaks it."""

from __future__ import annotations

from collections.abc import Sequence
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
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            _client(access).list_buckets()
        except (BotoCoreError, ClientError):
            return False
        return True

    def prepared(self, access: ObjectStoreAccess, buckets: Sequence[Bucket]) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        client = _client(access)
        try:
            present = {each["Name"] for each in client.list_buckets()["Buckets"]}
            return all(b.name in present and _as_asked(client, b) for b in buckets)
        except (BotoCoreError, ClientError):
            return False

    def prepare(self, access: ObjectStoreAccess, buckets: Sequence[Bucket]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        client = _client(access)
        try:
            present = {each["Name"] for each in client.list_buckets()["Buckets"]}
            for bucket in buckets:
                if bucket.name not in present:
                    client.create_bucket(Bucket=bucket.name)
                    _prove(client, bucket)
                _set_up(client, bucket)
        except (BotoCoreError, ClientError) as error:
            raise PingvasError(
                "local.object_store_fails", where=access.endpoint, detail=str(error)[:300]
            ) from error


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
