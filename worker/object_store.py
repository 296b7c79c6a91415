"""The images bucket: put, get and delete, patient with a store that is away, never with a refusal.

Used from threads; a stop sign gets through while it waits.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from worker.errors import JobFailure
from worker.interruption import StopSign
from worker.settings import StoreSettings, WorkerSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
# Refusals that waiting does not mend; every other answer is taken for a store in trouble.
REFUSALS = frozenset(
    {
        "AccessDenied",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "NoSuchBucket",
        "InvalidBucketName",
        "AuthorizationHeaderMalformed",
    }
)
ABSENT = frozenset({"NoSuchKey", "404"})

log = structlog.get_logger()


class _Away(Exception):
    """It may be back soon."""


class ObjectStore:
    """One bucket. Waits up to `patience_s` for a store that is away."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._bucket = settings.images_bucket
        self._patience_s = settings.store_patience_s
        self._client = client_of(settings)

    def put(
        self,
        key: str,
        content: bytes,
        content_type: str,
        sign: StopSign,
        patience_s: float | None = None,
    ) -> None:
        """Raises JobFailure, or Stopped while it waits."""

        def put_once() -> None:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=content, ContentType=content_type
            )

        self._insist(put_once, sign, patience_s)

    def get(self, key: str, sign: StopSign) -> bytes | None:
        """None when there is no such object. Raises JobFailure, or Stopped while it waits."""

        def get_once() -> bytes | None:
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise

        return self._insist(get_once, sign)

    def delete(self, key: str) -> None:
        """Once, as well as it goes: what stays is overwritten or expires."""
        with suppress(BotoCoreError, ClientError):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def _insist(self, ask: Callable[[], T], sign: StopSign, patience_s: float | None = None) -> T:
        patience_s = self._patience_s if patience_s is None else patience_s
        deadline = time.monotonic() + patience_s
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return _ask_once(ask)
            except _Away:
                if time.monotonic() + pause_s > deadline:
                    detail = "the object store did not answer in time"
                    raise JobFailure("store_unavailable", detail, retryable=True) from None
            sign.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def client_of(settings: StoreSettings) -> "S3Client":
    """boto3's, for the settings' store."""
    secret = settings.object_store_secret_key.get_secret_value()
    return boto3.client(
        "s3",
        endpoint_url=settings.object_store_endpoint or None,
        region_name=settings.object_store_region,
        aws_access_key_id=settings.object_store_access_key or None,
        aws_secret_access_key=secret or None,
        config=_client_config(has_endpoint=bool(settings.object_store_endpoint)),
    )


def _ask_once(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except ClientError as error:
        if code_of(error) in REFUSALS:
            detail = f"the object store refuses: {code_of(error)}"
            raise JobFailure("store_refused", detail, retryable=True) from error
        log.warning("store_troubled", code=code_of(error))
        raise _Away from error
    except BotoCoreError as error:
        log.warning("store_away", error=type(error).__name__)
        raise _Away from error


def code_of(error: ClientError) -> str:
    """S3's own word for what went wrong, or nothing."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _client_config(*, has_endpoint: bool) -> Config:
    """Own retries, because a stop must get through; path style where names are no hosts."""
    return Config(
        connect_timeout=3,
        read_timeout=30,
        retries={"total_max_attempts": 1, "mode": "standard"},
        s3={"addressing_style": "path" if has_endpoint else "auto"},
    )
