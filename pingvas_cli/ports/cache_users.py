"""Users of the caches: made disabled by Terraform, let in with a password and their rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CacheUser:
    """A user as AWS knows it; which passwords it has, nobody can ask."""

    id: str
    access_string: str
    has_password: bool
    settled: bool


class CacheUsers(Protocol):
    """Users of ElastiCache. A failure of AWS is `aws.*`."""

    def user(self, user_id: str) -> CacheUser | None:
        """The user, or None when there is none."""

    def let_in(self, user_id: str, access_string: str, password: str) -> None:
        """Give rights and the one password that signs in from now on; settles a moment later."""
