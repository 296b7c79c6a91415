"""Whether a picture may be delivered: a port. Without a checker everything may."""

from typing import Protocol

from PIL.Image import Image


class SafetyChecker(Protocol):
    """Judges finished pictures in the render thread."""

    def is_safe(self, picture: Image) -> bool:
        """False: it is not delivered, and its job fails for good with `content_unsafe`."""


class NoChecker:
    """Everything may be delivered."""

    def is_safe(self, picture: Image) -> bool:
        """Always."""
        return True
