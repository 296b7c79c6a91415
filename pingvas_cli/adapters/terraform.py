"""Terraform as a program on the path; providers come from where its own configuration says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pingvas_cli.ports.terraform import Diagnostic, Judgement

LONGEST_REASON: Final = 300
# Providers that can't be fetched hinder a judgement; whatever else fails is a fault of the files.
UNREACHABLE: Final = ("provider packages", "Failed to install provider", "registry service")


@dataclass(frozen=True)
class ThisTerraform:
    """Runs `program` with the environment of this process."""

    program: str = "terraform"
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def version(self) -> str | None:
        if shutil.which(self.program, path=self.environ.get("PATH")) is None:
            return None
        told = self._run(Path(), "version", "-json").stdout
        try:
            return str(json.loads(told)["terraform_version"])
        except (ValueError, KeyError):
            return None

    def misformatted(self, folder: Path) -> tuple[str, ...]:
        told = self._run(folder, "fmt", "-check", "-list=true", "-recursive", ".")
        return tuple(sorted(told.stdout.split()))

    def validate(self, root: Path) -> Judgement:
        begun = self._run(root, "init", "-backend=false", "-input=false", "-no-color")
        if begun.returncode:
            return _hindered(begun.stderr or begun.stdout)
        told = self._run(root, "validate", "-json", "-no-color")
        try:
            found = json.loads(told.stdout)["diagnostics"]
        except (ValueError, KeyError):
            return Judgement(hindered=_short(told.stderr or told.stdout))
        return Judgement(tuple(map(_diagnostic, found)))

    def _run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {**self.environ, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        command = [self.program, *arguments]
        return subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, check=False
        )


def _hindered(told: str) -> Judgement:
    if any(words in told for words in UNREACHABLE):
        return Judgement(hindered=_short(told))
    return Judgement((Diagnostic(error=True, summary=_short(told)),))


def _short(told: str) -> str:
    return " ".join(_words(told))[:LONGEST_REASON]


def _words(told: str) -> Iterator[str]:
    return (word for word in told.split() if word not in ("╷", "│", "╵"))


def _diagnostic(told: Mapping[str, Any]) -> Diagnostic:
    place = told.get("range") or {}
    where = f"{place['filename']}:{place['start']['line']}" if place else ""
    detail = str(told.get("detail", ""))
    return Diagnostic(told["severity"] == "error", str(told["summary"]), detail, where)
