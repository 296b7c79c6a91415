"""Pictures as bytes: reading strangers' ones, and making small ones."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

SMALLEST_SIDE_PIXELS = 8
LARGEST_SIDE_PIXELS = 4_096


class Purpose(StrEnum):
    """What an upload is for: a picture to begin from, or where it is to be painted anew."""

    SOURCE = "source"
    MASK = "mask"


class PictureUnreadable(Exception):
    """Not a whole picture of a kind that is taken."""


class PictureSidesRefused(Exception):
    """A side is too short or too long."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as we write it: nothing but its pixels."""

    content: bytes
    width: int
    height: int


class Pictures(Protocol):
    """Both raise PictureUnreadable or PictureSidesRefused, whatever the bytes are."""

    async def cleaned(self, content: bytes, purpose: Purpose) -> Picture:
        """The pixels of a PNG, JPEG or WebP as a PNG: RGB for a source, grey for a mask."""
        ...

    async def thumbnail(self, content: bytes) -> Picture:
        """A WebP of a stored picture, its longer side shortened."""
        ...
