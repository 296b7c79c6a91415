"""Access tokens and the keys that sign them; which key signs when is the key ring's to say.

A private key is read from a file that only its owner may read. Verification is the kernel's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.kernel.access import ALGORITHM, TYPE, Caller


class SigningKeyUnusable(Exception):
    """The signing key cannot be used; the text says why and names the file."""


class SigningKey:
    """An Ed25519 key pair; `key_id` is its RFC 7638 thumbprint."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.private = private
        self.public = private.public_key()
        self._parameters = {
            "crv": "Ed25519",
            "kty": "OKP",
            "x": _base64url(self.public.public_bytes_raw()),
        }
        canonical = json.dumps(self._parameters, separators=(",", ":"), sort_keys=True)
        self.key_id = _base64url(hashlib.sha256(canonical.encode()).digest())

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read the PEM file; refuses one that others may read: see `is_open_to_others`."""
        try:
            if is_open_to_others(path.stat(), os.geteuid()):
                raise SigningKeyUnusable(f"{path} is open to others: chmod 600 {path}")
            private = load_pem_private_key(path.read_bytes(), password=None)
        except OSError as unreadable:
            raise SigningKeyUnusable(f"{path} cannot be read: {unreadable.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise SigningKeyUnusable(f"{path} is not a plain PEM private key") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise SigningKeyUnusable(f"{path} is not an Ed25519 key")
        return cls(private)

    def published(self) -> dict[str, str]:
        """The entry of its public half in a JWKS document."""
        return {**self._parameters, "kid": self.key_id, "use": "sig", "alg": ALGORITHM}

    def signer(self) -> SigningKey:
        """Itself: one key is the smallest key ring."""
        return self

    async def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The public half when it goes by that id: this is the kernel's `KeySource`."""
        return self.public if key_id == self.key_id else None


def is_open_to_others(file: os.stat_result, user: int) -> bool:
    """Whether others than its owner may do anything with a private key.

    The group may read one that root owns, if this user is not root: so does Kubernetes mount
    Secrets (libpq's rule for client keys is the same).
    """
    allowed = 0o740 if file.st_uid == 0 and user != 0 else 0o700
    return bool(stat.S_IMODE(file.st_mode) & ~allowed)


class Signers(Protocol):
    """Who knows which key signs now."""

    def signer(self) -> SigningKey:
        """The key to sign with."""


class TokenIssuer:
    """Issues access tokens of one issuer for one audience."""

    def __init__(
        self, signers: Signers, *, issuer: str, audience: str, lifetime_seconds: int
    ) -> None:
        self.lifetime_seconds = lifetime_seconds
        self._signers = signers
        self._issuer = issuer
        self._audience = audience

    def issue(self, caller: Caller) -> str:
        """A signed token that says who the caller is until it expires."""
        now = int(time.time())
        key = self._signers.signer()
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(caller.user_id),
            "role": caller.role,
            "tier": caller.tier,
            "iat": now,
            "exp": now + self.lifetime_seconds,
            "jti": uuid4().hex,
        }
        if caller.session_id is not None:
            claims["sid"] = str(caller.session_id)
        return jwt.encode(claims, key.private, ALGORITHM, {"kid": key.key_id, "typ": TYPE})


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
