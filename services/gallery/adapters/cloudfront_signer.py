"""Addresses of the content network, signed for a CloudFront key group with a canned policy.

RSA keys sign with SHA-1, CloudFront's default for them; ECDSA P-256 keys with SHA-256, which the
address names. RSA takes a quarter of a millisecond, so addresses are kept for their window.
"""

import base64
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from services.gallery.cdn_key import PrivateKey, read_key
from services.gallery.ports.signer import SignedUrl
from services.gallery.settings import GallerySettings

KEPT_ADDRESSES = 20_000
TO_CLOUDFRONT = bytes.maketrans(b"+=/", b"-_~")


class CloudFrontSigner:
    """Signs for one distribution; an address opens its object for half to all of `lifetime_s`."""

    def __init__(self, key: PrivateKey, key_pair_id: str, url: str, lifetime_s: int) -> None:
        self._key = key
        self._origin = url.rstrip("/")
        self._lifetime_s = lifetime_s
        hashed = "&Hash-Algorithm=SHA256" if isinstance(key, ec.EllipticCurvePrivateKey) else ""
        self._tail = f"&Key-Pair-Id={quote(key_pair_id, safe='')}{hashed}"
        self._kept: dict[str, SignedUrl] = {}
        self._kept_until = 0.0

    @classmethod
    def of(cls, settings: GallerySettings, lifetime_s: int) -> Self:
        """With the key file of the settings."""
        key = read_key(Path(settings.cdn_key_file))
        return cls(key, settings.cdn_key_pair_id, settings.cdn_url, lifetime_s)

    def sign(self, object_key: str) -> SignedUrl:
        """An address for GET."""
        now = time.time()
        if now >= self._kept_until or len(self._kept) >= KEPT_ADDRESSES:
            self._kept.clear()
            length = max(1, self._lifetime_s // 2)
            self._kept_until = int(now) // length * length + length
        signed = self._kept.get(object_key)
        if signed is None:
            signed = self._kept[object_key] = self._sign(object_key)
        return signed

    def _sign(self, object_key: str) -> SignedUrl:
        begins_at = int(self._kept_until) - max(1, self._lifetime_s // 2)
        expires_at = begins_at + self._lifetime_s
        url = f"{self._origin}/{quote(object_key, safe='/~')}"
        signature = base64.b64encode(sign(self._key, policy(url, expires_at)))
        text = signature.translate(TO_CLOUDFRONT).decode()
        query = f"Expires={expires_at}&Signature={text}{self._tail}"
        return SignedUrl(f"{url}?{query}", datetime.fromtimestamp(expires_at, UTC))


def policy(url: str, expires_at: int) -> bytes:
    """The canned policy: CloudFront builds the same text again, so every byte counts."""
    return (
        f'{{"Statement":[{{"Resource":"{url}","Condition":'
        f'{{"DateLessThan":{{"AWS:EpochTime":{expires_at}}}}}}}]}}'
    ).encode()


def sign(key: PrivateKey, message: bytes) -> bytes:
    """The signature that CloudFront checks with the group's public key."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - their protocol
    return key.sign(message, ec.ECDSA(hashes.SHA256()))
