"""Proof Key for Code Exchange (RFC 7636): the challenge of a verifier, always S256."""

from __future__ import annotations

import base64
import hashlib


def challenge_of(code_verifier: str) -> str:
    """What the browser may see of it."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
