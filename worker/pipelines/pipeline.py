"""What every pipeline can do: the one shape the rest of the worker knows. No torch here."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PIL.Image import Image

from services.contracts.jobs import GenerationJob

OnStep = Callable[[int, int], None]
"""Called at each step boundary with (steps done, steps in all); may raise to stop the job there."""


class Pipeline(Protocol):
    """A loaded checkpoint."""

    @property
    def size_bytes(self) -> int:
        """Measured size of its weights in memory."""

    def render(self, job: GenerationJob, on_step: OnStep) -> Sequence[Image]:
        """The job's pictures by position. Raises JobFailure, and what `on_step` raises."""

    def close(self) -> None:
        """Give the memory back; not usable afterwards."""
