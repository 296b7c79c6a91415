"""The bucket of pictures by boto3, in a small pool of threads of its own.

boto3 retries what is worth it; what it raises in the end becomes StoreAway or ObjectMissing.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.gallery.ports.object_store import ObjectMissing, Part, StoreAway
from services.gallery.settings import GallerySettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Answer = TypeVar("Answer")
THREADS = 8
MISSING = frozenset({"NoSuchKey", "404", "NotFound"})


class S3Store:
    """One bucket. Calls beyond the number of threads wait for one."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="object-store")

    @classmethod
    def of(cls, settings: GallerySettings) -> Self:
        """With keys of the settings, or AWS's default chain when they are empty."""
        endpoint = settings.object_store_endpoint
        client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=settings.object_store_region,
            aws_access_key_id=settings.object_store_access_key.get_secret_value() or None,
            aws_secret_access_key=settings.object_store_secret_key.get_secret_value() or None,
            config=Config(
                connect_timeout=3,
                read_timeout=30,
                max_pool_connections=THREADS,
                retries={"total_max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path" if endpoint else "auto"},
            ),
        )
        return cls(client, settings.images_bucket)

    def close(self) -> None:
        """Give the threads back; calls that wait are dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store an object, over an older one."""
        await self._call(
            self._client.put_object,
            Bucket=self._bucket, Key=key, Body=content, ContentType=content_type,
        )  # fmt: skip

    async def get(self, key: str, at_most_bytes: int) -> bytes:
        """An object. Raises ObjectMissing when there is none, or a larger one."""
        return await self._run(lambda: self._read(key, at_most_bytes))

    def _read(self, key: str, at_most_bytes: int) -> bytes:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        with answer["Body"] as body:
            if answer["ContentLength"] > at_most_bytes:
                raise ObjectMissing
            return body.read()

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete up to 1000 objects; raises StoreAway when one of them is still there."""
        if not keys:
            return
        answer = await self._call(
            self._client.delete_objects,
            Bucket=self._bucket,
            Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
        )
        if any(fault.get("Code") not in MISSING for fault in answer.get("Errors", ())):
            raise StoreAway

    async def list_keys(self, prefix: str, after: str) -> list[str]:
        """Up to 1000 keys below a prefix, in order, that come after a key."""
        answer = await self._call(
            self._client.list_objects_v2, Bucket=self._bucket, Prefix=prefix, StartAfter=after
        )
        return [found["Key"] for found in answer.get("Contents", ())]

    async def begin_parts(self, key: str, content_type: str) -> str:
        """Begin a large object; its id. Parts that were left of an earlier begin are gone."""
        await self._abort_parts(key)
        answer = await self._call(
            self._client.create_multipart_upload,
            Bucket=self._bucket, Key=key, ContentType=content_type,
        )  # fmt: skip
        return str(answer["UploadId"])

    async def _abort_parts(self, key: str) -> None:
        begun = await self._call(
            self._client.list_multipart_uploads, Bucket=self._bucket, Prefix=key
        )
        for upload in begun.get("Uploads", ()):
            with suppress(ObjectMissing):
                await self._call(
                    self._client.abort_multipart_upload,
                    Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"],
                )  # fmt: skip

    async def put_part(self, key: str, multipart_id: str, number: int, content: bytes) -> Part:
        """Store one part, of at least 5 MiB unless it is the last."""
        answer = await self._call(
            self._client.upload_part,
            Bucket=self._bucket, Key=key, UploadId=multipart_id, PartNumber=number, Body=content,
        )  # fmt: skip
        return Part(number, answer["ETag"])

    async def finish_parts(self, key: str, multipart_id: str, parts: Sequence[Part]) -> None:
        """Make the parts one object."""
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        await self._call(
            self._client.complete_multipart_upload,
            Bucket=self._bucket, Key=key, UploadId=multipart_id, MultipartUpload={"Parts": listed},
        )  # fmt: skip

    async def _call(self, verb: Callable[..., Any], **params: object) -> Any:  # noqa: ANN401
        return await self._run(lambda: verb(**params))

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, work)
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code", "") in MISSING | {"NoSuchUpload"}:
                raise ObjectMissing from refused
            raise StoreAway from refused
        except BotoCoreError as away:
            raise StoreAway from away
