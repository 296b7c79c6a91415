"""A zip that is written as it grows: never whole in memory, never on disk, and not seekable.

Pictures are stored, not deflated: they are compressed already. The manifest is kept in a temporary
file, since it comes last. Names are made of dates, ids and plain letters.
"""

import io
import json
import re
import zipfile
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Self

from services.kernel.db import Row

TOLD = (
    "id", "job_id", "position", "width", "height", "size_bytes", "sha256", "content_type",
    "prompt", "negative_prompt", "seed", "steps", "guidance_scale", "scheduler", "checkpoint",
    "kind", "favourite", "tags", "album_id", "created_at",
)  # fmt: skip
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
MANIFEST_IN_MEMORY_BYTES = 2**20


class _Sink(io.RawIOBase):
    """Takes what a zip writes until it is fetched."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:  # noqa: ANN401 - anything with bytes in it
        self.held += content
        return len(content)


class Archive:
    """Add pictures one by one and take the bytes away; `finish` writes the manifest."""

    def __init__(self) -> None:
        self.image_count = 0
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)
        self._manifest = SpooledTemporaryFile(MANIFEST_IN_MEMORY_BYTES)  # noqa: SIM115 - see __exit__
        self._manifest.write(b'{"images":[')

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._manifest.close()
        self._zip.close()

    @property
    def held_bytes(self) -> int:
        """What is written and not taken yet."""
        return len(self._sink.held)

    def add(self, image: Row, made: dict[str, Any], content: bytes | None) -> None:
        """A picture and how it was made; None: its object is missing, which the manifest tells."""
        name = file_name(image)
        told = {**image, **made}
        entry = {"file": name if content is not None else None}
        entry.update({key: told.get(key) for key in TOLD})
        separator = b",\n" if self.image_count else b"\n"
        self._manifest.write(separator + json.dumps(entry, default=str).encode())
        self.image_count += 1
        if content is not None:
            self._write(name, image["created_at"], content)

    def take(self) -> bytes:
        """The bytes since the last time."""
        taken = bytes(self._sink.held)
        self._sink.held.clear()
        return taken

    def finish(self) -> None:
        """Write the manifest and the zip's own index; take what is left after it."""
        self._manifest.write(b"\n]}\n")
        self._manifest.seek(0)
        info = zipfile.ZipInfo("manifest.json", _moment(datetime.now(UTC)))
        with self._zip.open(info, "w", force_zip64=True) as entry:
            while block := self._manifest.read(2**16):
                entry.write(block)
        self._zip.close()

    def _write(self, name: str, made_at: datetime, content: bytes) -> None:
        self._zip.writestr(zipfile.ZipInfo(name, _moment(made_at)), content)


def file_name(image: Row) -> str:
    """A name that no system reads as a path elsewhere: the prompt's plain letters, and the id."""
    words = re.sub(r"[^a-z0-9]+", "-", image["prompt"].lower()[:200])[:40].strip("-")
    extension = EXTENSIONS.get(image["content_type"], "bin")
    return f"images/{image['created_at']:%Y-%m-%d}/{words or 'image'}-{image['id']}.{extension}"


def _moment(at: datetime) -> tuple[int, int, int, int, int, int]:
    return (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
