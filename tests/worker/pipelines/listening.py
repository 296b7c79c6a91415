"""A listener for tests, and pictures as a pipeline makes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL.Image import Image

from services.contracts.jobs import GenerationJob
from worker.errors import Reason, Stopped
from worker.pipelines.pipeline import (
    BatchPipeline,
    Ending,
    Listener,
    Order,
    Part,
    Pipeline,
    Rendered,
)


@dataclass
class Listening:
    """Keeps what it hears; asks to stop for `reason` at its `stop_at`-th boundary."""

    stop_at: int | None = None
    reason: Reason = Reason.DRAINING
    steps: list[tuple[int, int]] = field(default_factory=list)
    pictures: dict[int, Image] = field(default_factory=dict)
    looks: list[Callable[[], Image | None]] = field(default_factory=list)

    def on_step(self, done: int, total: int) -> None:
        self.steps.append((done, total))
        if self.stop_at is not None and len(self.steps) > self.stop_at:
            raise Stopped(self.reason)

    def on_picture(self, position: int, picture: Image) -> None:
        assert position == len(self.pictures)
        self.pictures[position] = picture

    def on_preview(self, look: Callable[[], Image | None]) -> None:
        self.looks.append(look)


def pictures_of(pipeline: Pipeline, order: GenerationJob | Order) -> list[Image]:
    """All of them, by position."""
    listening = Listening()
    pipeline.render(order if isinstance(order, Order) else Order(order), listening)
    return list(listening.pictures.values())


class Overheard:
    """A pipeline with somebody who counts along, from any thread.

    `steps` are the words that were heard, `calls` the jobs that were made at once.
    """

    def __init__(self, pipeline: Pipeline, steps: list[int], calls: list[int]) -> None:
        assert isinstance(pipeline, BatchPipeline)
        self._pipeline = pipeline
        self._steps = steps
        self._calls = calls
        self.size_bytes = pipeline.size_bytes

    def render(self, order: Order, listener: Listener) -> Rendered:
        self._calls.append(1)
        return self._pipeline.render(order, _Between(listener, self._steps))

    def render_together(self, parts: Sequence[Part]) -> list[Ending]:
        self._calls.append(len(parts))
        between = [(order, _Between(listener, self._steps)) for order, listener in parts]
        return self._pipeline.render_together(between)

    def close(self) -> None:
        self._pipeline.close()


@dataclass
class _Between:
    listener: Listener
    steps: list[int]

    def on_step(self, done: int, total: int) -> None:
        self.steps.append(done)
        self.listener.on_step(done, total)

    def on_picture(self, position: int, picture: Image) -> None:
        self.listener.on_picture(position, picture)

    def on_preview(self, look: Callable[[], Image | None]) -> None:
        self.listener.on_preview(look)
