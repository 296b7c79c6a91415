"""Virtual environments of the contenders: plain installs of wheels, bytecode compiled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TREE: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Environment:
    """A virtual environment in a folder."""

    folder: Path

    @property
    def python(self) -> str:
        return self.program("python")

    def program(self, name: str) -> str:
        """The path of an installed command."""
        return str(self.folder / "bin" / name)


def make(folder: Path, requirements: Sequence[str], *, python: str = sys.executable) -> Environment:
    """Create with this Python, install, compile."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    made = Environment(folder)
    pip = [made.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *requirements], check=True)
    compiled = [made.python, "-m", "compileall", "-q", str(folder / "lib")]
    subprocess.run(compiled, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return made


def wheel_of(tree: Path, into: Path) -> Path:
    """Build the wheel of a project with hatchling."""
    before = set(into.glob("*.whl"))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    subprocess.run(command, check=True, cwd=tree, capture_output=True)
    (made,) = set(into.glob("*.whl")) - before
    return made


def peer_tree(folder: Path, commands: Sequence[str]) -> Path:
    """A bare Typer program with as many commands as ours."""
    functions = "\n".join(
        f'@app.command("{name}")\ndef command_{number}(name: str = "x") -> None:\n'
        f'    """Do {name}."""\n'
        for number, name in enumerate(commands)
    )
    head = "import typer\n\napp = typer.Typer(rich_markup_mode=None, add_completion=False)\n"
    folder.mkdir()
    (folder / "bare_typer.py").write_text(f"{head}\n{functions}", encoding="utf-8")
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return folder


PROJECT: Final = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "bare-typer"
version = "1"
dependencies = ["typer"]

[project.scripts]
bare-typer = "bare_typer:app"

[tool.hatch.build.targets.wheel]
include = ["bare_typer.py"]
"""
