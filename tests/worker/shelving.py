"""The tiny checkpoint under other names."""

from __future__ import annotations

from pathlib import Path

from services.contracts.checkpoints import read_manifest


def shelve(tiny: Path, folder: Path, name: str) -> None:
    """Its manifest alone, as one of other weights."""
    manifest = read_manifest(tiny)
    assert manifest
    folder.mkdir(parents=True)
    manifest.model_copy(update={"name": name, "sha256": name * 20}).write(folder)
