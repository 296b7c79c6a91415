"""Secrets that we make and keep only as a hash: refresh tokens, mailed tokens, browser secrets.

They have 256 random bits, so a plain SHA-256 of them is safe to store; passwords need more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def new_token() -> str:
    """43 characters of [A-Za-z0-9_-]: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def successor_of(token: str, salt: str) -> str:
    """The token that follows this one: only who has the token, and the salt, can make it."""
    digest = hmac.digest(token.encode(), salt.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
