"""Hears of one job in the render thread and passes it on: to its owner, and into its parcel."""

from collections.abc import Callable

from PIL.Image import Image

from worker.interruption import StopSign
from worker.outbox import Parcel
from worker.steps import Steps


class JobListener:
    """Never waits for anybody."""

    def __init__(self, sign: StopSign, steps: Steps, parcel: Parcel) -> None:
        self._sign = sign
        self._steps = steps
        self._parcel = parcel

    def on_step(self, done: int, total: int) -> None:
        """A boundary: raises Stopped if the job was asked to."""
        self._sign.check()
        self._steps.note(done, total)

    def on_picture(self, position: int, picture: Image) -> None:
        """It is encoded while the next one is made."""
        self._parcel.add(position, picture)

    def on_preview(self, look: Callable[[], Image | None]) -> None:
        """Nobody has asked to see it."""
