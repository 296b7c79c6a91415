"""Addresses that open one object for a while: the port, and its adapter for S3 by boto3."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, Self

import boto3
from botocore.config import Config

from services.gallery.settings import GallerySettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BY_PATH = Config(signature_version="s3v4", s3={"addressing_style": "path"})
BY_HOST = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


@dataclass(frozen=True)
class SignedUrl:
    """Anyone who has the address may read the object until it expires."""

    url: str
    expires_at: datetime


class Signer(Protocol):
    """Signs without asking anybody, so it may be called for every picture of a page."""

    def sign(self, object_key: str) -> SignedUrl:
        """An address for GET."""
        ...


class S3Signer:
    """SigV4 query signing. A custom endpoint is addressed by path, AWS by virtual host."""

    def __init__(self, client: "S3Client", bucket: str, lifetime_s: int) -> None:
        self._client = client
        self._bucket = bucket
        self._lifetime_s = lifetime_s

    @classmethod
    def of(cls, settings: GallerySettings) -> Self:
        """With keys of the settings, or AWS's default chain when they are empty."""
        client = boto3.client(
            "s3",
            endpoint_url=settings.signing_endpoint or None,
            region_name=settings.object_store_region,
            aws_access_key_id=settings.object_store_access_key.get_secret_value() or None,
            aws_secret_access_key=settings.object_store_secret_key.get_secret_value() or None,
            config=BY_PATH if settings.signing_endpoint else BY_HOST,
        )
        return cls(client, settings.images_bucket, settings.signed_url_lifetime_s)

    def sign(self, object_key: str) -> SignedUrl:
        """An address for GET."""
        expires_at = datetime.now(UTC) + timedelta(seconds=self._lifetime_s)
        url = self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": object_key},
            ExpiresIn=self._lifetime_s,
        )
        return SignedUrl(url, expires_at)
