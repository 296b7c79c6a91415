"""What happens to one job at a batch's step boundaries: counting, telling, leaving in order."""

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
    """Called at the end of each iteration; some schedulers need several of them for a step.

    `rows` are the job's in the batch's latents, one for each of the positions.
    """

    def __init__(
        self,
        order: Order,
        positions: range,
        rows: slice,
        course: Course,
        resumption: Resumption,
        listener: Listener,
    ) -> None:
        self._steps = steps_of(order.job)
        self._count = order.job.count
        self._width, self._height = order.job.width, order.job.height
        self._positions = positions
        self._rows = rows
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

    def pass_by(self, pipeline: Any, iterations: int, latents: torch.Tensor) -> None:  # noqa: ANN401 - diffusers is untyped
        """So many iterations are done, with these latents of the whole batch."""
        done = self._done(pipeline, iterations)
        with _leaving(lambda: self._snapshot(iterations, done, latents), self._job_id):
            self._listener.on_step(done, self._count * self._steps)
        if not brings_filter(pipeline):
            self._listener.on_preview(self._look(pipeline, latents[self._rows]))

    def _look(self, pipeline: Any, latents: torch.Tensor) -> Callable[[], Image | None]:  # noqa: ANN401
        return lambda: preview_of(pipeline, latents, self._width, self._height)

    def _done(self, pipeline: Any, iterations: int) -> int:  # noqa: ANN401
        here = iterations * self._steps // max(1, int(pipeline.num_timesteps))
        return self._positions.start * self._steps + here * len(self._positions)

    def _snapshot(self, iterations: int, steps: int, latents: torch.Tensor | None) -> bytes | None:
        """None when nothing was done yet."""
        snapshot = self._resumption.snapshot
        if latents is not None:
            states = self._course.states(self._rows, latents)
            return snapshot(self._positions, iterations, steps, latents[self._rows], states)
        if not self._resumption.finished:
            return None
        return snapshot(self._positions, iterations, steps, None, ({}, []))


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
