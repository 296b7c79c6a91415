"""Repositories of the rendered releases on this machine, and workflow steps that run in them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.golden import tree

AUTHOR: Final = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")


def repository(folder: Path) -> tuple[Path, Path]:
    """A bare repository with dev's and prod's branches, and a clone of it."""
    origin, clone = folder / "origin", folder / "clone"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=develop", str(origin))
    git(folder, "clone", "--quiet", str(origin), str(clone))
    for path, content in tree("default").items():
        if path.startswith("k8s/releases/"):
            (clone / path).parent.mkdir(parents=True, exist_ok=True)
            (clone / path).write_bytes(content)
    git(clone, "add", ".")
    git(clone, *AUTHOR, "commit", "--quiet", "--message", "Begin")
    git(clone, "push", "--quiet", "origin", "HEAD:develop", "HEAD:env/prod")
    git(clone, "fetch", "--quiet", "origin")
    return origin, clone


def git(folder: Path, *arguments: str) -> str:
    """What git says; raises when it refuses."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(script: str, folder: Path, origin: Path, variables: Mapping[str, str]) -> None:
    """Run a step as GitHub does, with a repository on this machine as the remote."""
    local = re.sub(r'remote="[^"]*"', f'remote="{origin}"', script)
    environ = {
        "PATH": f"{folder.parent / 'bin'}:/usr/bin:/bin",
        "HOME": str(folder.parent),
        "GITHUB_TOKEN": "none",
        "GH_TOKEN": "none",
        "RUNNER_TEMP": str(folder.parent),
        **variables,
    }
    subprocess.run(["bash", "-e", "-c", local], cwd=folder, env=environ, check=True)


def stand_in(folder: Path, program: str, script: str) -> Path:
    """A program of that name for `run`; it notes how it was called in the file that is returned."""
    calls, place = folder / f"{program}.calls", folder / "bin" / program
    place.parent.mkdir(exist_ok=True)
    place.write_text(f'#!/bin/bash\nprintf "%s\\n" "$*" >> {calls}\n{script}\n')
    place.chmod(0o755)
    calls.touch()
    return calls
