"""Terraform with a provider: the stand-in that knows the schema, or the real one."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from filelock import FileLock

from tests.architecture.tree import ROOT

STAND_IN: Final = ROOT.parent / "shared" / "tools" / "terraform-offline"
# The stand-in takes a list of blocks that may hold anything for a list of blocks it knows.
BROKEN: Final = "isinstance(x,list)"
MENDED: Final = "isinstance(x,list) and not any(isinstance(e,bytes) for e in x)"


TRIVIAL: Final = 'output "name" {\n  value = 1\n}\n'


@dataclass(frozen=True)
class Told:
    """How a run ended and all that it said."""

    code: int
    text: str


class Judge(Protocol):
    """Runs terraform on a root module inside a folder that may be copied."""

    @property
    def name(self) -> str:
        """What the provider is."""

    @property
    def plans(self) -> bool:
        """Whether it can plan."""

    def run(self, verb: str, root: Path) -> Told:
        """`validate`, `test`, or `plan` where `plans` is true."""


@dataclass(frozen=True)
class StandIn:
    """A copy of the tool, mended."""

    folder: Path
    name: str = "stand-in provider, no registry"
    plans: bool = True

    def run(self, verb: str, root: Path) -> Told:
        return _run([str(self.folder / "terraform-offline"), verb, str(root)], root)


@dataclass(frozen=True)
class Registry:
    """The provider of the registry; plans would need an account."""

    name: str = "real provider, from the registry"
    plans: bool = False

    def run(self, verb: str, root: Path) -> Told:
        begun = _run(["terraform", "init", "-backend=false", "-input=false", "-no-color"], root)
        return begun if begun.code else _run(["terraform", verb, "-no-color"], root)


def judge(scratch: Path) -> Judge:
    """The judge that this machine has."""
    place = Path(os.environ.get("TERRAFORM_OFFLINE", STAND_IN))
    if not (place / "terraform-offline").exists():
        return Registry()
    interpreter(place, scratch)
    for source in place.iterdir():
        shutil.copy(source, scratch)
    provider = scratch / "provider.py"
    provider.chmod(0o600)
    provider.write_text(provider.read_text().replace(BROKEN, MENDED))
    return StandIn(scratch)


def interpreter(place: Path, scratch: Path) -> Path:
    """The stand-in's Python with what it needs; its tool installs it, for one process at a time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    python = cache / "terraform-offline" / "venv" / "bin" / "python"
    cache.mkdir(exist_ok=True, parents=True)
    with FileLock(cache / "terraform-offline.lock"):
        if not python.exists():
            trivial = scratch / "trivial"
            trivial.mkdir()
            (trivial / "main.tf").write_text(TRIVIAL)
            subprocess.run([place / "terraform-offline", "validate", trivial], check=True)
            shutil.rmtree(trivial)
    return python


def _run(command: list[str], folder: Path) -> Told:
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Told(told.returncode, told.stdout + told.stderr)
