"""What every pipeline can do: the one shape the rest of the worker knows. No torch here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol, runtime_checkable

from PIL.Image import Image

from services.contracts.jobs import GenerationJob


@dataclass(frozen=True)
class Lora:
    """A LoRA's safetensors file, its checksum, and how strongly it is applied."""

    file: Path
    sha256: str
    weight: float


@dataclass(frozen=True)
class Order:
    """A job with everything it needs at hand.

    `source` is RGB, `mask` L and white where the picture is drawn anew; both in the job's size.
    `handover` is what an earlier attempt left, see `Stopped`; one that does not fit is ignored.
    """

    job: GenerationJob
    source: Image | None = None
    mask: Image | None = None
    loras: tuple[Lora, ...] = ()
    handover: bytes | None = None


@dataclass(frozen=True)
class Rendered:
    """What is told of it: how it was made to fit into memory, and steps that were not repeated."""

    fallbacks: tuple[str, ...] = ()
    resumed_steps: int = 0


class Listener(Protocol):
    """Who hears of the work, in the render thread; must not hold it up."""

    def on_step(self, done: int, total: int) -> None:
        """At each step boundary, over all pictures. May raise Stopped to end the job there."""

    def on_picture(self, position: int, picture: Image) -> None:
        """A picture is finished; positions count from 0 and come in order."""

    def on_preview(self, look: Callable[[], Image | None]) -> None:
        """At each step boundary; `look` makes a small rough picture if it can, cheaply."""


class Pipeline(Protocol):
    """A loaded checkpoint."""

    @property
    def size_bytes(self) -> int:
        """Measured size of its weights in memory."""

    def render(self, order: Order, listener: Listener) -> Rendered:
        """Make the pictures. Raises JobFailure, and what the listener raises."""

    def close(self) -> None:
        """Give the memory back; not usable afterwards."""


# A job of several that are made together.
Part = tuple[Order, Listener]


@dataclass(frozen=True)
class Ending:
    """How one of several jobs ended: made, or with what `render` would have raised.

    `weight`: its part of the time that all of them took, in seconds, shared by their pictures.
    """

    outcome: Rendered | Exception
    weight: float


@runtime_checkable
class BatchPipeline(Pipeline, Protocol):
    """One that can make the pictures of several jobs in one call."""

    def render_together(self, parts: Sequence[Part]) -> list[Ending]:
        """In the order of the parts; what stops or fails one of them leaves the others alone."""


def render_each(pipeline: Pipeline, parts: Sequence[Part]) -> list[Ending]:
    """Together if there are several and it can, else one after the other."""
    if len(parts) > 1 and isinstance(pipeline, BatchPipeline):
        return pipeline.render_together(parts)
    return [_render(pipeline, order, listener) for order, listener in parts]


def _render(pipeline: Pipeline, order: Order, listener: Listener) -> Ending:
    began = perf_counter()
    try:
        outcome: Rendered | Exception = pipeline.render(order, listener)
    except Exception as error:  # noqa: BLE001 - it ends this one, and is raised there
        outcome = error
    return Ending(outcome, perf_counter() - began)
