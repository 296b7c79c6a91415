"""The pictures that a job starts from: its source and its mask, from the object store."""

import io
from typing import Final

from PIL import Image as Images
from PIL import ImageOps, UnidentifiedImageError
from PIL.Image import Image, Resampling

from services.contracts.jobs import GenerationJob
from worker.errors import JobFailure
from worker.interruption import StopSign
from worker.object_store import ObjectStore

# Uploads were checked when they came; this only bounds what a wrong object could cost.
PIXELS_AT_MOST: Final = 64 * 1024 * 1024
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
# Pillow's own bounds, at which it warns and refuses before we see the size; both are above ours.
_BOMBS: Final = (Images.DecompressionBombWarning, Images.DecompressionBombError)


class Sources:
    """Fetches, decodes and scales to the job's size."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def fetch(self, job: GenerationJob, sign: StopSign) -> tuple[Image | None, Image | None]:
        """Source and mask, as far as the job names them. Raises JobFailure and Stopped."""
        size = (job.width, job.height)
        source = self._picture(job.source_key, sign)
        mask = self._picture(job.mask_key, sign)
        return (
            source and _without_transparency(source).resize(size, Resampling.LANCZOS),
            mask and _without_transparency(mask).convert("L").resize(size, Resampling.BILINEAR),
        )

    def _picture(self, key: str | None, sign: StopSign) -> Image | None:
        if key is None:
            return None
        content = self._store.get(key, sign)
        if content is None:
            raise JobFailure("source_missing", "a source picture is gone", retryable=False)
        return _decode(content)


def _decode(content: bytes) -> Image:
    try:
        picture = _opened(content)
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _broken() from error


def _opened(content: bytes) -> Image:
    """Its header was read and its size is bearable; nothing is decoded yet."""
    try:
        picture = Images.open(io.BytesIO(content), formats=_FORMATS)
    except _BOMBS as error:
        raise _broken() from error
    if picture.width * picture.height > PIXELS_AT_MOST:
        raise _broken()
    return picture


def _without_transparency(picture: Image) -> Image:
    """On white, as it is shown."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Images.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture.convert("RGBA"))
    return ground.convert("RGB")


def _broken() -> JobFailure:
    return JobFailure("source_broken", "a source picture can't be read", retryable=False)
