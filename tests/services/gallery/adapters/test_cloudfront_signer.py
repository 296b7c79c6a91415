"""Addresses of the content network, checked with the group's public key as CloudFront does it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.gallery.adapters.cloudfront_signer import CloudFrontSigner
from services.gallery.cdn_key import PrivateKey
from services.gallery.settings import GallerySettings

NOW = datetime(2026, 11, 23, 8, 1, 40, tzinfo=UTC)
RSA = rsa.generate_private_key(65537, 2048)
ECDSA = ec.generate_private_key(ec.SECP256R1())
KEY = "images/ü/a b+c~&=%/0.png"


def written(key: PrivateKey, folder: Path) -> Path:
    path = folder / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def checked(key: PrivateKey, signature: str, message: bytes) -> None:
    """Raises InvalidSignature when it is not this key's over this message."""
    raw = base64.b64decode(signature.translate(str.maketrans("-_~", "+=/")))
    if isinstance(key, rsa.RSAPrivateKey):
        key.public_key().verify(raw, message, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    else:
        key.public_key().verify(raw, message, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(("key", "hashed"), [(RSA, None), (ECDSA, ["SHA256"])])
def test_the_policy_is_signed(
    settings: GallerySettings, tmp_path: Path, key: PrivateKey, hashed: list[str] | None
) -> None:
    on_network = settings.model_copy(
        update={
            "cdn_url": "https://images.example/",
            "cdn_key_pair_id": "K2JCJMDEHXQW5F",
            "cdn_key_file": str(written(key, tmp_path)),
        }
    )
    signer = CloudFrontSigner.of(on_network, 600)
    with patch("time.time", NOW.timestamp):
        signed = signer.sign(KEY)
    expected = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
    assert signed.expires_at == expected
    resource, _, query = signed.url.partition("?")
    assert resource == "https://images.example/images/%C3%BC/a%20b%2Bc~%26%3D%25/0.png"
    values = parse_qs(query, strict_parsing=True)
    assert values["Key-Pair-Id"] == ["K2JCJMDEHXQW5F"]
    assert values.get("Hash-Algorithm") == hashed
    assert values["Expires"] == [str(int(expected.timestamp()))]
    statement = {
        "Resource": resource,
        "Condition": {"DateLessThan": {"AWS:EpochTime": int(expected.timestamp())}},
    }
    canned = json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()
    checked(key, values["Signature"][0], canned)
    assert not set("+/=") & set(values["Signature"][0])


def test_an_address_is_kept_for_half_of_its_life() -> None:
    signer = CloudFrontSigner(ECDSA, "K", "https://images.example", 600)
    with patch("time.time", NOW.timestamp):
        first = signer.sign(KEY)
        assert signer.sign(KEY) is first
    with patch("time.time", (NOW + timedelta(seconds=200)).timestamp):
        later = signer.sign(KEY)
    assert later.expires_at == first.expires_at + timedelta(seconds=300)
    assert urlsplit(later.url).path == urlsplit(first.url).path
