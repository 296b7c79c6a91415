"""A pipeline of diffusers that can be left at a step boundary and gone on with elsewhere.

Everything before the loop (words, source, first noise) is computed again and comes out the same.
Then the iterations that were done are skipped, with the latents, the scheduler's and the
generators' state put in place as they were. It rests on two things that all pipelines share:
`prepare_latents` makes the loop's first latents, and each iteration begins with `interrupt`.
"""

from typing import Any

import torch

from worker.pipelines.snapshots import Snapshot, scheduler_state


class Course:
    """One pass through the loop, from the beginning or from where a snapshot was taken.

    `generators`: one for each picture.
    """

    def __init__(
        self,
        scheduler: Any,  # noqa: ANN401 - diffusers is untyped
        generators: list[torch.Generator],
        start: Snapshot | None,
    ) -> None:
        self._scheduler = scheduler
        self.generators = generators
        self._start = start if start and start.latents is not None else None
        self._skipped = 0

    @property
    def begins_at(self) -> int:
        """The first iteration that is computed."""
        return self._start.iterations if self._start else 0

    def skips(self) -> bool:
        """Asked once at each iteration: was it done before?"""
        if self._skipped >= self.begins_at:
            return False
        self._skipped += 1
        if self._skipped == self.begins_at and self._start:
            self._put_in_place(self._start)
        return True

    def place(self, prepared: Any) -> Any:  # noqa: ANN401 - latents, in some pipelines with more
        """The snapshot's latents in place of the first ones."""
        if self._start is None or self._start.latents is None:
            return prepared
        if not isinstance(prepared, tuple):
            return self._start.latents.to(prepared)
        return (self._start.latents.to(prepared[0]), *prepared[1:])

    def states(
        self, rows: slice, latents: torch.Tensor
    ) -> tuple[dict[str, Any], list[torch.Tensor]]:
        """Of the scheduler and of the generators, now, for these rows of the batch's latents."""
        state = {
            name: _cut(value, rows, latents.shape)
            for name, value in scheduler_state(self._scheduler).items()
        }
        return state, [each.get_state() for each in self.generators[rows]]

    def _put_in_place(self, start: Snapshot) -> None:
        device = getattr(self._scheduler.timesteps, "device", torch.device("cpu"))
        vars(self._scheduler).update(start.scheduler_on(device))
        for generator, state in zip(self.generators, start.generators, strict=True):
            generator.set_state(state)


def _cut(value: Any, rows: slice, shape: torch.Size) -> Any:  # noqa: ANN401
    """What a scheduler remembers of each picture has the latents' shape; the rest is for all."""
    match value:
        case torch.Tensor() if value.shape == shape:
            return value[rows]
        case list():
            return [_cut(each, rows, shape) for each in value]
        case tuple():
            return tuple(_cut(each, rows, shape) for each in value)
    return value


class _Resumable:
    """Mixed into diffusers' class; `pingvas_course` is set before each call."""

    pingvas_course: Course

    @property
    def interrupt(self) -> bool:
        return self.pingvas_course.skips()

    def prepare_latents(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        prepare: Any = super().prepare_latents  # type: ignore[misc]  # diffusers' class has it
        return self.pingvas_course.place(prepare(*arguments, **named))


def make_resumable(pipeline: Any) -> Any:  # noqa: ANN401 - diffusers is untyped
    """The same pipeline; its class gets the two hooks."""
    kind = type(pipeline)
    pipeline.__class__ = type(kind.__name__, (_Resumable, kind), {"__module__": kind.__module__})
    return pipeline
