"""From pictures to object storage: PNG, one key per position, the same key on every attempt.

Runs in a thread of its own, off the render thread. Storing twice is storing once.
"""

import hashlib
import io
import time
from collections.abc import Sequence

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from PIL.Image import Image

from services.contracts.jobs import GenerationJob, StoredImage
from services.contracts.object_keys import image_key
from worker.errors import JobFailure
from worker.interruption import StopSign
from worker.settings import WorkerSettings

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
# Refusals that waiting does not mend; every other answer is taken for a store in trouble.
_REFUSALS = frozenset(
    {
        "AccessDenied",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "NoSuchBucket",
        "InvalidBucketName",
        "AuthorizationHeaderMalformed",
    }
)

log = structlog.get_logger()


class Outbox:
    """Stores into one bucket. Waits up to `patience_s` for a store that is away."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._bucket = settings.images_bucket
        self._patience_s = settings.store_patience_s
        secret = settings.object_store_secret_key.get_secret_value()
        self._client = boto3.client(
            "s3",
            endpoint_url=settings.object_store_endpoint or None,
            region_name=settings.object_store_region,
            aws_access_key_id=settings.object_store_access_key or None,
            aws_secret_access_key=secret or None,
            config=_client_config(has_endpoint=bool(settings.object_store_endpoint)),
        )

    def store(
        self, job: GenerationJob, pictures: Sequence[Image], sign: StopSign
    ) -> tuple[StoredImage, ...]:
        """All pictures of a job. Raises JobFailure, or Stopped while it waits for the store."""
        return tuple(
            self._store_one(job, position, picture, sign)
            for position, picture in enumerate(pictures)
        )

    def _store_one(
        self, job: GenerationJob, position: int, picture: Image, sign: StopSign
    ) -> StoredImage:
        content = encode_png(picture)
        key = image_key(job.user_id, job.id, position)
        self._put(key, content, sign)
        return StoredImage(
            position=position,
            object_key=key,
            width=picture.width,
            height=picture.height,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def _put(self, key: str, content: bytes, sign: StopSign) -> None:
        deadline = time.monotonic() + self._patience_s
        pause_s = FIRST_PAUSE_S
        while not self._put_once(key, content):
            if time.monotonic() + pause_s > deadline:
                detail = "the object store did not answer in time"
                raise JobFailure("store_unavailable", detail, retryable=True)
            sign.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _put_once(self, key: str, content: bytes) -> bool:
        """True when it is stored, False when the store is away."""
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=content, ContentType="image/png"
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _REFUSALS:
                detail = f"the object store refuses: {code}"
                raise JobFailure("store_refused", detail, retryable=True) from error
            log.warning("store_troubled", code=code)
            return False
        except BotoCoreError as error:
            log.warning("store_away", error=type(error).__name__)
            return False
        return True


def encode_png(picture: Image) -> bytes:
    """The picture alone: no text, no time, so that equal pictures have equal bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()


def _client_config(*, has_endpoint: bool) -> Config:
    """Own retries, because a stop must get through; path style where names are no hosts."""
    return Config(
        connect_timeout=3,
        read_timeout=30,
        retries={"total_max_attempts": 1, "mode": "standard"},
        s3={"addressing_style": "path" if has_endpoint else "auto"},
    )
