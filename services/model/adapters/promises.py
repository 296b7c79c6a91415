"""What the headers of a download promise, held against what was asked for and what is allowed."""

from __future__ import annotations

import httpx

from services.model.faults import InstallFault, PassingFault
from services.model.ports.downloads import Wanted


def check_promise(response: httpx.Response, wanted: Wanted, lying: int) -> None:
    """Raise before the first byte is written. `lying`: bytes of it that are here already."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise InstallFault("model.source_odd", "The source sends the file packed.")
    told = response.headers.get("Content-Range", f"bytes {lying}-").strip()
    if response.status_code == 206 and not told.startswith(f"bytes {lying}-"):
        raise PassingFault("model.source_odd", "The source sends another part of the file.")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal():
        _check_whole(wanted, lying + int(length))


def too_large() -> InstallFault:
    """More than was announced or is allowed."""
    return InstallFault("model.file_too_large", "The file is larger than allowed.")


def _check_whole(wanted: Wanted, whole: int) -> None:
    if whole > wanted.largest_bytes:
        raise too_large()
    if wanted.size_bytes is not None and whole != wanted.size_bytes:
        raise InstallFault("model.source_odd", "The file has another size than the hub says.")
