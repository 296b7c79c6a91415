"""Files that only their owner may read, written whole or not at all.

The one way in which pingvas writes what it must find again: secrets, keys, configuration of parts,
descriptions of releases. It knows no platform and decides no path.
"""

from __future__ import annotations

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Put `text` at `path`, mode 0600: readers see the old file or the new one, also after a crash.

    Folders on the way are made, mode 0700. OSError as the system tells it; nothing is left then.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        _write_through(fresh, text)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _write_through(path: Path, text: str) -> None:
    """Write a new file down to the disk, so that its name never stands for half of it."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
