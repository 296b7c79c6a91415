"""The checksum of a folder: sha256 over the sorted list of (relative path, sha256 of the file)."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from services.contracts.checkpoints import MANIFEST_FILE, digest_of

CHUNK_BYTES = 4 * 1024 * 1024


def weigh_files(folder: Path) -> dict[str, int]:
    """Size in bytes of every file by its relative path, without the manifest."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE
    }


def digest_folder(folder: Path, on_bytes: Callable[[int], None]) -> str:
    """The checksum; `on_bytes` hears how many bytes each read took."""
    return digest_of({name: digest_file(folder / name, on_bytes) for name in weigh_files(folder)})


def digest_file(path: Path, on_bytes: Callable[[int], None]) -> str:
    """The sha256 of one file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            on_bytes(len(chunk))
    return digest.hexdigest()


def digest_text(text: str) -> str:
    """The sha256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
