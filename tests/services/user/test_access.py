"""The signing key's file: used when it is right, refused in words when it is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from services.user.access import SigningKey, SigningKeyUnusable, is_open_to_others
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


@pytest.mark.parametrize(
    ("mode", "owner", "user", "is_open"),
    [
        (0o600, 10_001, 10_001, False),
        (0o640, 10_001, 10_001, True),
        (0o440, 0, 10_001, False),
        (0o640, 0, 10_001, False),
        (0o660, 0, 10_001, True),
        (0o444, 0, 10_001, True),
        (0o440, 0, 0, True),
        (0o700, 10_001, 10_001, False),
    ],
)
def test_the_group_may_read_what_kubernetes_mounts(
    mode: int, owner: int, user: int, is_open: bool
) -> None:
    file = os.stat_result((mode, 0, 0, 1, owner, 10_001, 0, 0, 0, 0))
    assert is_open_to_others(file, user) is is_open
