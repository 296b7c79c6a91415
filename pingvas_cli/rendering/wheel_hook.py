"""Puts the compiled templates into a wheel, so that not even the first rendering compiles them.

Hatchling runs this where a wheel is built (`tool.hatch.build.targets.wheel.hooks.custom`).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTemplates(BuildHookInterface[Any]):
    """An editable installation has none: there, templates are edited."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every template for the release of Jinja that is installed here."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from pingvas_cli.rendering.environment import environment, precompiled

        self._made = Path(mkdtemp(prefix="templates-"))
        environment(Path(self.root, "templates")).compile_templates(
            self._made, extensions=["j2"], zip=None, ignore_errors=False
        )
        place = Path("pingvas_cli", "rendering", *precompiled().parts[-2:])
        build_data["force_include"][str(self._made)] = str(place)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written."""
        del build_data, artifact_path
        if version != "editable":
            shutil.rmtree(self._made)
