"""Resources that a test says are left; each look may find fewer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass
class FakeTaggedResources:
    """`left[0]` is what the next look finds; the last stays."""

    left: list[tuple[str, ...]] = field(default_factory=lambda: [()])
    going: frozenset[str] = frozenset()
    asked: set[tuple[str, str]] = field(default_factory=set)

    def arns(self, tag: str, value: str) -> tuple[str, ...]:
        self.asked.add((tag, value))
        if tag != "pingvas:platform":
            return ()
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]

    def leaving(self, arns: Collection[str]) -> frozenset[str]:
        return self.going.intersection(arns)
