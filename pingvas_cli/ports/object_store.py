"""Object storage as bootstrap needs it: buckets with their lifecycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ObjectStoreAccess:
    """Where the S3 API is and with which keys."""

    endpoint: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Bucket:
    """A bucket; `expire_days` deletes objects that old (days), None keeps them."""

    name: str
    versioned: bool = False
    expire_days: int | None = None


class ObjectStore(Protocol):
    """An S3 API, seen by its administrator."""

    def answers(self, access: ObjectStoreAccess) -> bool:
        """True when a signed request succeeds."""

    def prepared(self, access: ObjectStoreAccess, buckets: Sequence[Bucket]) -> bool:
        """True when every bucket exists with its settings."""

    def prepare(self, access: ObjectStoreAccess, buckets: Sequence[Bucket]) -> None:
        """Make what is missing."""
