"""What happens at the step boundaries of one batch: counting, telling, and leaving in order."""

from collections.abc import Callable
from typing import Any

import structlog
import torch
from PIL.Image import Image

from worker.errors import Reason, Stopped
from worker.pipelines.kinds import steps_of
from worker.pipelines.pipeline import Listener, Order
from worker.pipelines.previews import preview_of
from worker.pipelines.resumable import Course
from worker.pipelines.resumption import Resumption
from worker.pipelines.snapshots import Unportable

log = structlog.get_logger()


class Boundaries:
    """diffusers calls it at the end of each iteration; some schedulers need several for a step."""

    def __init__(
        self,
        order: Order,
        positions: range,
        course: Course,
        resumption: Resumption,
        listener: Listener,
    ) -> None:
        self._steps = steps_of(order.job)
        self._count = order.job.count
        self._width, self._height = order.job.width, order.job.height
        self._positions = positions
        self._course = course
        self._resumption = resumption
        self._listener = listener
        self._job_id = str(order.job.id)

    def begin(self) -> None:
        """The boundary before the first step, or before the first one that is left to do."""
        begun = self._course.begins_at
        done = self._resumption.steps if begun else self._positions.start * self._steps
        with _leaving(lambda: self._snapshot(0, done, None) if not begun else None, self._job_id):
            self._listener.on_step(done, self._count * self._steps)

    def __call__(
        self,
        pipeline: Any,  # noqa: ANN401 - diffusers is untyped
        index: int,
        _timestep: object,
        values: dict[str, Any],
    ) -> dict[str, Any]:
        done, latents = self._done(pipeline, index + 1), values["latents"]
        with _leaving(lambda: self._snapshot(index + 1, done, latents), self._job_id):
            self._listener.on_step(done, self._count * self._steps)
        if not brings_filter(pipeline):
            self._listener.on_preview(self._look(pipeline, latents))
        return values

    def _look(self, pipeline: Any, latents: torch.Tensor) -> Callable[[], Image | None]:  # noqa: ANN401
        return lambda: preview_of(pipeline, latents, self._width, self._height)

    def _done(self, pipeline: Any, iterations: int) -> int:  # noqa: ANN401
        here = iterations * self._steps // max(1, int(pipeline.num_timesteps))
        return self._positions.start * self._steps + here * len(self._positions)

    def _snapshot(self, iterations: int, steps: int, latents: torch.Tensor | None) -> bytes | None:
        """None when nothing was done yet."""
        if latents is None and not self._resumption.finished:
            return None
        states = self._course.states()
        return self._resumption.snapshot(self._positions, iterations, steps, latents, states)


def brings_filter(pipeline: Any) -> bool:  # noqa: ANN401 - diffusers is untyped
    """Does the checkpoint judge its finished pictures itself? Until then nobody sees anything."""
    return getattr(pipeline, "safety_checker", None) is not None


class _leaving:  # noqa: N801 - read as a word of the with statement
    """A drain takes the job along; what can't be taken is begun again, as before."""

    def __init__(self, snapshot: Callable[[], bytes | None], job_id: str) -> None:
        self._snapshot = snapshot
        self._job_id = job_id

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Stopped) and error.reason is Reason.DRAINING:
            try:
                error.handover = self._snapshot()
            except Unportable as why:
                log.warning("not_portable", job_id=self._job_id, what=str(why))
