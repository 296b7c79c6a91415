"""Wheels built by hatchling from a source tree, without isolation or network."""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pingvas_cli.errors import PingvasError


@dataclass(frozen=True)
class HatchWheels:
    """hatchling's wheels are reproducible: the same tree gives the same bytes."""

    def source_tree(self) -> Path | None:
        folder = Path(__file__).parents[2]
        return folder if (folder / "pyproject.toml").exists() else None

    def build(self, source: Path, into: Path) -> Path:
        if not (source / "pyproject.toml").exists():
            raise PingvasError("release.no_source", where=str(source))
        scratch = into / ".building"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True, mode=0o700)
        try:
            return self._build(source, scratch).replace(into / ".built.whl")
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def unpack(self, wheel: Path, into: Path) -> None:
        fresh = into.with_name(f".{into.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(fresh)
            compileall.compile_dir(fresh, quiet=2, stripdir=fresh, prependdir=into)
            fresh.rename(into)
        except zipfile.BadZipFile as error:
            raise PingvasError(
                "release.build_fails", where=str(wheel), detail=str(error)
            ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _build(self, source: Path, scratch: Path) -> Path:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(scratch)]
        done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
        built = sorted(scratch.glob("*.whl"))
        if done.returncode or not built:
            detail = (done.stderr or done.stdout).strip()[-500:]
            raise PingvasError("release.build_fails", where=str(source), detail=detail)
        return built[0]
