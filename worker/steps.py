"""How far a job is: noted by the render thread, told by the event loop in its own time.

The render thread only leaves its latest word here; it never waits, whatever becomes of it.
"""

import asyncio

from PIL.Image import Image


class Steps:
    """The latest word of one job."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._latest = (0, 1)
        self._look: Image | None = None
        self._news = asyncio.Event()
        self._is_noticed = False

    def note(self, done: int, total: int) -> None:
        """Steps done and in all; from any thread."""
        self._latest = (done, total)
        if not self._is_noticed:
            self._is_noticed = True
            self._loop.call_soon_threadsafe(self._news.set)

    def show(self, look: Image) -> None:
        """A rough picture of what is coming, for the next word; from any thread."""
        self._look = look

    async def next(self) -> tuple[int, int]:
        """The latest word, when there is a new one; words in between are lost."""
        await self._news.wait()
        self._news.clear()
        self._is_noticed = False
        return self._latest

    def take_look(self) -> Image | None:
        """The latest rough picture, once."""
        look, self._look = self._look, None
        return look
