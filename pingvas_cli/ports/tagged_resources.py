"""Everything of a platform that AWS still has, found by its tag."""

from __future__ import annotations

from typing import Protocol


class TaggedResources(Protocol):
    """Resources of the platform's regions. A failure of AWS is `aws.*`."""

    def arns(self, tag: str, value: str) -> tuple[str, ...]:
        """ARNs of all that carries the tag with this value, sorted."""
