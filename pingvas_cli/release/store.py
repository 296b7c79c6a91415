"""Releases in a folder: one wheel, one unpacked folder and one description each.

A release is complete when its description is there; what a kill left behind is built over.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pingvas_cli.errors import PingvasError, UsageError
from pingvas_cli.ports.releases import Release
from pingvas_cli.ports.wheel import Wheels
from pingvas_cli.private_files import write_private


@dataclass(frozen=True)
class ReleaseStore:
    """Releases under `folder`; which one an environment runs stands in `environments`."""

    folder: Path
    environments: Path
    wheels: Wheels
    now: Callable[[], datetime]

    def build(self, source: Path | None = None) -> Release:
        tree = source or self.wheels.source_tree()
        if tree is None:
            raise PingvasError("release.no_source", where="--source")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        wheel = self.wheels.build(tree.resolve(), self.folder)
        try:
            release = self._described(wheel, tree.resolve())
            if not self._description(release.id).exists():
                self._keep(wheel, release)
        finally:
            wheel.unlink(missing_ok=True)
        return self.get(release.id)

    def all(self) -> tuple[Release, ...]:
        return tuple(sorted(self._read_all(), key=lambda each: each.built_at, reverse=True))

    def get(self, release_id: str) -> Release:
        matches = [each for each in self._read_all() if each.id.startswith(release_id)]
        exact = [each for each in matches if each.id == release_id]
        if len(exact or matches) == 1:
            return (exact or matches)[0]
        known = ", ".join(each.id for each in self.all()) or "-"
        code = "release.ambiguous" if matches else "release.unknown"
        raise UsageError(code, where=release_id, release=release_id, known=known)

    def restore(self, release_id: str) -> Release:
        release = self.get(release_id)
        wheel = self.folder / f"{release.id}.whl"
        if not release.folder.is_dir():
            if not wheel.exists() or _digest(wheel) != release.sha256:
                raise PingvasError("release.damaged", where=str(wheel))
            self.wheels.unpack(wheel, release.folder)
        return release

    def deployed(self, environment: str) -> Release | None:
        pointer = self._pointer(environment)
        if not pointer.exists():
            return None
        try:
            return self.get(pointer.read_text(encoding="utf-8").strip())
        except UsageError:
            return None

    def deploy(self, environment: str, release_id: str) -> None:
        release = self.get(release_id)
        pointer = self._pointer(environment)
        write_private(pointer, release.id + "\n")

    def _described(self, wheel: Path, tree: Path) -> Release:
        digest = _digest(wheel)
        version = _version(wheel)
        identity = f"{version}-{digest[:12]}"
        size_bytes, built_at = wheel.stat().st_size, self.now().isoformat(timespec="seconds")
        folder = self.folder / identity
        return Release(identity, version, digest, size_bytes, built_at, str(tree), folder)

    def _keep(self, wheel: Path, release: Release) -> None:
        if release.folder.exists():
            shutil.rmtree(release.folder)
        self.wheels.unpack(wheel, release.folder)
        shutil.copyfile(wheel, self.folder / f"{release.id}.whl")
        write_private(self._description(release.id), json.dumps(_stored(release), indent=1) + "\n")

    def _read_all(self) -> Iterator[Release]:
        for path in self.folder.glob("*.json"):
            try:
                stored = json.loads(path.read_text(encoding="utf-8"))
                yield Release(**stored, folder=self.folder / path.stem)
            except (ValueError, TypeError) as error:
                raise PingvasError("release.damaged", where=str(path)) from error

    def _description(self, release_id: str) -> Path:
        return self.folder / f"{release_id}.json"

    def _pointer(self, environment: str) -> Path:
        return self.environments / environment / "release"


def _digest(wheel: Path) -> str:
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def _version(wheel: Path) -> str:
    """The version that the wheel's own metadata names."""
    import zipfile

    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("Version: "))


def _stored(release: Release) -> dict[str, object]:
    return {name: value for name, value in asdict(release).items() if name != "folder"}
