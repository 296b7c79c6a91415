"""Resources that a test says are left; each look may find fewer."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FakeTaggedResources:
    """`left[0]` is what the next look finds; the last stays."""

    left: list[tuple[str, ...]] = field(default_factory=lambda: [()])

    def arns(self, tag: str, value: str) -> tuple[str, ...]:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]
