"""The programs of other makers that the target aws is worked with."""

from __future__ import annotations

from typing import Literal, Protocol

Tool = Literal["terraform", "kubectl", "git"]


class Tools(Protocol):
    """Runs nothing but what tells a version."""

    def version(self, tool: Tool) -> str | None:
        """The version, such as `1.15.9`; None when the tool is not at hand or does not tell."""
