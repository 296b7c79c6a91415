"""Redis as an operator sees it: does it answer, does it replicate, do the Sentinels agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CacheAddress:
    """One Redis or Sentinel process and who to be there."""

    port: int
    user: str
    password: str
    host: str = "127.0.0.1"


class Cache(Protocol):
    """Questions to running Redis and Sentinel processes; False when they can't be reached."""

    def answers(self, address: CacheAddress) -> bool:
        """True when it takes commands and has loaded its data."""

    def replicates(self, addresses: tuple[CacheAddress, ...]) -> bool:
        """True when exactly one of them is the primary and the rest follow it, in step."""

    def guarded(self, sentinels: tuple[CacheAddress, ...], service: str, replicas: int) -> bool:
        """True when every Sentinel knows the primary, `replicas` replicas and the others."""
