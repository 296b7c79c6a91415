"""The bucket of Terraform's state: there before Terraform is, and never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Guard(StrEnum):
    """What a bucket of states has, each the name of a setting of S3."""

    VERSIONS = "versioning"
    ENCRYPTION = "encryption"
    NOT_PUBLIC = "public access block"
    OWNED = "object ownership"
    TLS = "TLS-only policy"
    OLD_STATES = "lifecycle of old versions"
    TAGS = "tags"


@dataclass(frozen=True)
class StateBucketState:
    """`lacking` is what is not as asked; it means nothing while there is no bucket."""

    exists: bool
    lacking: tuple[Guard, ...] = ()


class StateBucket(Protocol):
    """One bucket by name. A failure of AWS is `aws.*`."""

    def state(self) -> StateBucketState:
        """How it is; Refused (`bootstrap.bucket_of_other`) when another account has it."""

    def make(self) -> None:
        """Make it, or mend what it lacks; what it holds stays."""
