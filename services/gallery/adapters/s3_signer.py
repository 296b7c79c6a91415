"""SigV4 query signing for GET, in this process and fast.

What does not depend on the object is made once for each window of time: the day's signing key, the
query, and everything around the path. An address costs one SHA-256 and one HMAC. The result is
byte for byte what boto3's `generate_presigned_url` gives at the window's begin.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote, urlsplit

from services.gallery.adapters.credentials import ChainKeys, GivenKeys, Keys, KeySource
from services.gallery.ports.signer import SignedUrl
from services.gallery.settings import GallerySettings

ALGORITHM = "AWS4-HMAC-SHA256"
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """Where a bucket is: `origin` and the beginning of every path; `host` as it is signed."""

    origin: str
    host: str
    path: str

    @classmethod
    def of_endpoint(cls, endpoint: str, bucket: str) -> Self:
        """A custom endpoint, addressed by path."""
        parts = urlsplit(endpoint)
        port = parts.port if parts.port != DEFAULT_PORTS.get(parts.scheme) else None
        name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        host = f"{name}:{port}" if port else f"{name}"
        folder = parts.path.rstrip("/")
        return cls(f"{parts.scheme}://{parts.netloc}", host, f"{folder}/{bucket}/")

    @classmethod
    def of_region(cls, region: str, bucket: str) -> Self:
        """AWS, addressed by host; a bucket with dots by path, since no certificate covers it."""
        part = "" if region == "us-east-1" else f".{region}"
        suffix = ".cn" if region.startswith("cn-") else ""
        host = f"s3{part}.amazonaws.com{suffix}"
        if "." in bucket:
            return cls(f"https://{host}", host, f"/{bucket}/")
        return cls(f"https://{bucket}.{host}", f"{bucket}.{host}", "/")


@dataclass(frozen=True, slots=True)
class Window:
    """All that addresses signed with the same keys in the same stretch of time share."""

    keys: Keys
    ends_at: float
    expires_at: datetime
    query: str
    canonical_query: str
    before_digest: str
    signing_key: bytes


class S3Signer:
    """Signs for one bucket; an address opens its object for half to all of `lifetime_s`."""

    def __init__(self, source: KeySource, address: Address, region: str, lifetime_s: int) -> None:
        self._source = source
        self._address = address
        self._region = region
        self._lifetime_s = lifetime_s
        self._after_query = f"\nhost:{address.host}\n\nhost\nUNSIGNED-PAYLOAD"
        self._window: Window | None = None

    @classmethod
    def of(cls, settings: GallerySettings, source: KeySource, lifetime_s: int) -> Self:
        """A signer for the bucket of pictures."""
        endpoint, bucket = settings.signing_endpoint, settings.images_bucket
        region = settings.object_store_region
        address = (
            Address.of_endpoint(endpoint, bucket) if endpoint else Address.of_region(region, bucket)
        )
        return cls(source, address, region, lifetime_s)

    def sign(self, object_key: str) -> SignedUrl:
        """An address for GET."""
        window = self._now()
        path = self._address.path + quote(object_key, safe="/~")
        canonical = f"GET\n{path}\n{window.canonical_query}{self._after_query}"
        signature = _signature(window, canonical)
        url = f"{self._address.origin}{path}?{window.query}&X-Amz-Signature={signature}"
        return SignedUrl(url, window.expires_at)

    def sign_attachment(self, object_key: str, file_name: str) -> SignedUrl:
        """An address for GET that a browser saves under a name."""
        window = self._now()
        path = self._address.path + quote(object_key, safe="/~")
        disposition = quote(f'attachment; filename="{file_name}"', safe="~")
        asked = f"response-content-disposition={disposition}"
        canonical = f"GET\n{path}\n{window.canonical_query}&{asked}{self._after_query}"
        query = f"{asked}&{window.query}&X-Amz-Signature={_signature(window, canonical)}"
        return SignedUrl(f"{self._address.origin}{path}?{query}", window.expires_at)

    def _now(self) -> Window:
        keys, now, window = self._source.current(), time.time(), self._window
        if window is None or now >= window.ends_at or window.keys is not keys:
            self._window = window = self._open(keys, now)
        return window

    def _open(self, keys: Keys, now: float) -> Window:
        length = max(1, self._lifetime_s // 2)
        begins_at = int(now) // length * length
        begin = datetime.fromtimestamp(begins_at, UTC)
        scope = f"{begin:%Y%m%d}/{self._region}/s3/aws4_request"
        query, canonical_query = self._queries(keys, begin, scope)
        return Window(
            keys=keys,
            ends_at=begins_at + length,
            expires_at=begin + timedelta(seconds=self._lifetime_s),
            query=query,
            canonical_query=canonical_query,
            before_digest=f"{ALGORITHM}\n{begin:%Y%m%dT%H%M%SZ}\n{scope}\n",
            signing_key=signing_key(keys.secret_key, f"{begin:%Y%m%d}", self._region),
        )

    def _queries(self, keys: Keys, begin: datetime, scope: str) -> tuple[str, str]:
        """The query as it stands in addresses, and in the order in which it is signed."""
        first = (
            f"X-Amz-Algorithm={ALGORITHM}"
            f"&X-Amz-Credential={quote(f'{keys.access_key}/{scope}', safe='~')}"
            f"&X-Amz-Date={begin:%Y%m%dT%H%M%SZ}&X-Amz-Expires={self._lifetime_s}"
        )
        headers = "&X-Amz-SignedHeaders=host"
        token = f"&X-Amz-Security-Token={quote(keys.token, safe='~')}" if keys.token else ""
        return first + headers + token, first + token + headers


def signing_key(secret_key: str, day: str, region: str) -> bytes:
    """The key of one day, region and service."""
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _signature(window: Window, canonical: str) -> str:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.digest(window.signing_key, (window.before_digest + digest).encode(), "sha256").hex()


def key_source(settings: GallerySettings) -> GivenKeys | ChainKeys:
    """The settings' keys, or the default chain when there are none."""
    access_key = settings.object_store_access_key.get_secret_value()
    if access_key:
        return GivenKeys(Keys(access_key, settings.object_store_secret_key.get_secret_value()))
    return ChainKeys()
