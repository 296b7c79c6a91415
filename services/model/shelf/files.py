"""Files of a folder: their names, sizes and checksums, and whether there is room for more."""

import hashlib
import shutil
from pathlib import Path

from services.contracts.checkpoints import MANIFEST_FILE
from services.model.faults import InstallFault

CHUNK_BYTES = 4 * 1024 * 1024
RESERVE_BYTES = 64 * 1024 * 1024


def names_of(folder: Path) -> list[str]:
    """Relative paths of all files but the manifest; links are passed over."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != MANIFEST_FILE
    )


def sizes_of(folder: Path) -> int:
    """Bytes of all files but the manifest."""
    return sum((folder / name).stat().st_size for name in names_of(folder))


def digest_file(path: Path) -> str:
    """The sha256 of one file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def refuse_without_room(folder: Path, total_bytes: int) -> None:
    """Raise InstallFault when the disk cannot hold what is missing, and some more."""
    missing = max(0, total_bytes - sizes_of(folder))
    if shutil.disk_usage(folder).free < missing + RESERVE_BYTES:
        raise disk_full()


def disk_full() -> InstallFault:
    """No room; what lay on the shelf before is untouched."""
    return InstallFault("model.disk_full", "No space is left for checkpoints.")
