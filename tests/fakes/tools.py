"""Tools of versions that a test chooses."""

from __future__ import annotations

from dataclasses import dataclass, field

from pingvas_cli.ports.tools import Tool


@dataclass
class FakeTools:
    """All at hand, and of the pinned or fitting versions."""

    found: dict[Tool, str | None] = field(
        default_factory=lambda: {"terraform": "1.15.9", "kubectl": "1.35.2", "git": "2.39.5"}
    )

    def version(self, tool: Tool) -> str | None:
        return self.found[tool]
