"""Everything of a platform that AWS still has, found by its tag."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class TaggedResources(Protocol):
    """Resources of the platform's regions. A failure of AWS is `aws.*`."""

    def arns(self, tag: str, value: str) -> tuple[str, ...]:
        """ARNs of all that carries the tag with this value, sorted."""

    def leaving(self, arns: Collection[str]) -> frozenset[str]:
        """Those that AWS only still names: deleted, or in their days of grace."""
