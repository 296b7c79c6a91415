"""What nobody foresaw: written down for a report, and told to the person in one sentence.

The file holds the traceback without the values of variables, so that no secret gets into it.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from pingvas_cli._version import VERSION
from pingvas_cli.errors import PingvasError


def as_internal_error(error: Exception, state_folder: Path) -> PingvasError:
    """The one error for every unforeseen exception, with the file that tells more."""
    path = _write(error, state_folder) or _write(error, Path(tempfile.gettempdir()))
    return PingvasError(
        "cli.internal_error", where=str(path or ""), kind=type(error).__name__, detail=str(error)
    )


def _write(error: Exception, folder: Path) -> Path | None:
    """The crash log (0600) in a folder that is there, or None where it can't be written."""
    now = datetime.now(UTC)
    path = folder / f"pingvas-crash-{now:%Y%m%dT%H%M%S%f}.log"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            file.write(f"pingvas {VERSION}, Python {sys.version}, {platform.platform()}\n{now}\n\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        return None
    return path
