"""Keeps pydantic from looking for plugins in every installed package: a tenth of a short command.

Before its first validator pydantic loads `importlib.metadata` to ask for entry points. The
command line takes no plugins, so it answers "none" in the place of pydantic's search. The name
belongs to pydantic's inside and has stood since 2.0; a test fails when it moves.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

SEARCH: Final = "pydantic.plugin._loader"


class _NoPlugins(ModuleType):
    """What pydantic asks for plugins."""

    def get_plugins(self) -> tuple[()]:
        """None."""
        return ()


def look_for_no_plugins() -> None:
    """Call before something is validated; a search that was loaded already stays."""
    sys.modules.setdefault(SEARCH, _NoPlugins(SEARCH))
