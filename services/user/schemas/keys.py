"""The public keys of access tokens."""

from __future__ import annotations

from services.user.schemas.values import Shown


class KeySet(Shown):
    """A JSON Web Key Set (RFC 7517): Ed25519 keys (RFC 8037), several while they are rotated."""

    keys: list[dict[str, str]]
