"""Rough pictures of what is coming on their way to the job's owner: rarely, and small.

The render thread makes one when it is time, some milliseconds of a step; it is encoded beside the
event loop.
"""

import base64
import io
import time
from collections.abc import Callable

from PIL.Image import Image

from services.contracts.events import LARGEST_PREVIEW_CHARACTERS

FORMAT = "webp"
# The first that is small enough; noise takes most.
QUALITIES = (70, 40, 10)


class Pace:
    """One at most every `every_s` seconds; with 0 none at all."""

    def __init__(self, every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._next_at = 0.0 if every_s else float("inf")

    def is_due(self) -> bool:
        """True once for each time."""
        now = self._clock()
        if now < self._next_at:
            return False
        self._next_at = now + self._every_s
        return True


def data_url(look: Image) -> str | None:
    """As it is told, see `ProgressNews.preview`; None where there is no small one."""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        try:
            look.save(buffer, format=FORMAT, quality=quality)
        except (OSError, KeyError, ValueError):  # a mode, or a Pillow, that knows no WebP
            return None
        text = f"data:image/{FORMAT};base64,{base64.b64encode(buffer.getvalue()).decode()}"
        if len(text) <= LARGEST_PREVIEW_CHARACTERS:
            return text
    return None
