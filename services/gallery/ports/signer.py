"""Addresses that open one object for a while."""

from datetime import datetime
from typing import NamedTuple, Protocol


class SignedUrl(NamedTuple):
    """Anyone who has the address may read the object until it expires."""

    url: str
    expires_at: datetime


class Signer(Protocol):
    """Signs without asking anybody, so it may be called for every picture of a page.

    An object's address stays the same for half of its life, so that browsers and caches know it
    again; it opens the object for at least the other half.
    """

    def sign(self, object_key: str) -> SignedUrl:
        """An address for GET."""
        ...


class AttachmentSigner(Protocol):
    """Signs addresses that a browser saves under a name."""

    def sign_attachment(self, object_key: str, file_name: str) -> SignedUrl:
        """An address for GET; `file_name` is made of letters, digits, dot, dash, underscore."""
        ...
