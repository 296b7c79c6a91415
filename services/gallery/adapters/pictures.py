"""Pictures by Pillow, few at a time, in threads of their own.

Bytes are hostile: only three decoders may look at them, the sides are read and bounded before any
pixel is, and what comes out is written anew, so nothing but pixels passes.
"""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageOps

from services.gallery.ports.pictures import (
    LARGEST_SIDE_PIXELS,
    SMALLEST_SIDE_PIXELS,
    Picture,
    PictureSidesRefused,
    PictureUnreadable,
    Purpose,
)

KINDS = ("PNG", "JPEG", "WEBP")
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
AT_ONCE = 2
THUMBNAIL_SIDE_PIXELS = 384


class PillowPictures:
    """At most two pictures are open at once: 64 MiB of pixels each at the largest sides."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures")

    def close(self) -> None:
        """Give the threads back."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def cleaned(self, content: bytes, purpose: Purpose) -> Picture:
        """The pixels of a PNG, JPEG or WebP as a PNG: RGB for a source, grey for a mask."""
        return await self._run(lambda: _guarded(content, lambda image: _clean(image, purpose)))

    async def thumbnail(self, content: bytes) -> Picture:
        """A WebP of a stored picture, its longer side shortened."""
        return await self._run(lambda: _guarded(content, _shrink))

    async def _run(self, work: Callable[[], Picture]) -> Picture:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _guarded(content: bytes, work: Callable[[Image.Image], Picture]) -> Picture:
    if not content.startswith(MAGIC):
        raise PictureUnreadable
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as image:
            _check_sides(image)
            _check_frames(image)
            return work(image)
    except (PictureSidesRefused, PictureUnreadable):
        raise
    except TOO_LARGE as bomb:
        raise PictureSidesRefused from bomb
    except Exception as broken:  # decoders raise anything when the bytes lie
        raise PictureUnreadable from broken


def _check_sides(image: Image.Image) -> None:
    if min(image.size) < SMALLEST_SIDE_PIXELS or max(image.size) > LARGEST_SIDE_PIXELS:
        raise PictureSidesRefused


def _check_frames(image: Image.Image) -> None:
    """Telephones put previews behind the first picture of a JPEG; other kinds have one only."""
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise PictureUnreadable


def _clean(image: Image.Image, purpose: Purpose) -> Picture:
    upright = ImageOps.exif_transpose(image)
    pixels = _opaque(upright).convert("L" if purpose is Purpose.MASK else "RGB")
    return _written(pixels, "PNG")


def _shrink(image: Image.Image) -> Picture:
    pixels = _opaque(image).convert("RGB")
    pixels.thumbnail((THUMBNAIL_SIDE_PIXELS, THUMBNAIL_SIDE_PIXELS))
    return _written(pixels, "WEBP", quality=80, method=4)


def _opaque(image: Image.Image) -> Image.Image:
    """What is see-through, before white."""
    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer)


def _written(image: Image.Image, kind: str, **options: int) -> Picture:
    """As a new picture without any metadata."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    buffer = io.BytesIO()
    bare.save(buffer, format=kind, **options)
    return Picture(buffer.getvalue(), bare.width, bare.height)
