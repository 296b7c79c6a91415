"""Programs on the path, asked for their version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pingvas_cli.ports.tools import Tool

# What each tool is asked; the first version in its answer is its own.
QUESTIONS: Final[Mapping[Tool, Sequence[str]]] = {
    "terraform": ("version",),
    "kubectl": ("version", "--client"),
    "git": ("--version",),
}
VERSION: Final = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True)
class ThisTools:
    """The tools of this machine; a silent one is given up after `patience_s`."""

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    patience_s: float = 30.0

    def version(self, tool: Tool) -> str | None:
        program = shutil.which(tool, path=self.environ.get("PATH"))
        if program is None:
            return None
        found = VERSION.search(self._asked(program, *QUESTIONS[tool]))
        return found.group() if found else None

    def _asked(self, *command: str) -> str:
        environ = {**self.environ, "CHECKPOINT_DISABLE": "1"}
        try:
            told = subprocess.run(
                command,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=self.patience_s,
            )
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
            return ""
        return told.stdout
