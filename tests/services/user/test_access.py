"""The signing key's file: used when it is right, refused in words when it is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from services.user.access import SigningKey, SigningKeyUnusable
from tests.servers.people import TokenPress


def test_a_key_is_read_from_its_file(signing_key_file: Path, tokens: TokenPress) -> None:
    assert SigningKey.load(signing_key_file).key_id == tokens.key.key_id


def another_kind(path: Path) -> None:
    path.write_bytes(
        X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.chmod(0o644), "is open to others"),
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.write_text("no key"), "is not a plain PEM private key"),
        (another_kind, "is not an Ed25519 key"),
    ],
)
def test_a_key_that_cannot_be_used_says_why(
    signing_key_file: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(signing_key_file)
    with pytest.raises(SigningKeyUnusable, match=words):
        SigningKey.load(signing_key_file)
