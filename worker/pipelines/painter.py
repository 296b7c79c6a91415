"""Makes pictures of every kind with one loaded checkpoint, for the families diffusers knows.

Every picture has its own generator on the CPU, seeded `seed + position`: a seed means the same
noise on any device, at any position and in any batch. All kinds share the same weights.
"""

import inspect
from typing import Any

import torch
from PIL.Image import Image

from worker.errors import JobFailure
from worker.pipelines.boundaries import Boundaries
from worker.pipelines.device import Device
from worker.pipelines.failures import is_memory, render_failures
from worker.pipelines.kinds import finish, kind_of
from worker.pipelines.loras import Loras
from worker.pipelines.options import Options
from worker.pipelines.pipeline import Listener, Order, Rendered
from worker.pipelines.resumable import Course, make_resumable
from worker.pipelines.resumption import Resumption, resumption_of
from worker.pipelines.schedulers import make_scheduler
from worker.pipelines.thrift import Thrift

SEED_LIMIT = 2**63
EDGE_MULTIPLE_PIXELS = 8


class Painter:
    """One loaded checkpoint; one job at a time. `sha256` is its weights' checksum."""

    def __init__(
        self,
        pipeline: Any,  # noqa: ANN401 - diffusers is untyped
        device: Device,
        batch_size: int,
        sha256: str,
        options: Options,
    ) -> None:
        self._loaded = pipeline
        self._device = device
        self._batch_size = batch_size
        self._sha256 = sha256
        self._own_scheduler = pipeline.scheduler
        self._is_flow = "FlowMatch" in type(pipeline.scheduler).__name__
        self._by_class: dict[str, Any] = {}
        self._loras = Loras()
        self._thrift = Thrift(device, options)
        self.size_bytes = _measure(pipeline)

    def render(self, order: Order, listener: Listener) -> Rendered:
        """The pictures by position, made in batches of at most `batch_size`."""
        _refuse_what_cannot_be_made(order)
        resumption = resumption_of(order, self._sha256, self._device)
        with render_failures(), self._thrift.for_job(), torch.inference_mode():
            self._loras.put_on(self._loaded, order.loras)
            for position, picture in enumerate(resumption.finished):
                listener.on_picture(position, picture)
            self._render_rest(order, resumption, listener)
        return Rendered(tuple(self._thrift.fallbacks), resumption.steps)

    def close(self) -> None:
        """Drop the weights."""
        self._by_class.clear()
        self._loaded = None
        self._own_scheduler = None
        self._loras = Loras()
        self._thrift.close()
        self._device.give_back_memory()

    def _render_rest(self, order: Order, resumption: Resumption, listener: Listener) -> None:
        """A batch that does not fit is begun again in a thriftier way, until nothing is left."""
        width = self._batch_size
        while len(resumption.finished) < order.job.count:
            positions = _next_batch(order.job.count, resumption, width)
            try:
                made = self._render_batch(order, positions, resumption, listener)
            except Exception as error:
                pipeline = self._pipeline(kind_of(order.job).auto_class)
                if not is_memory(error):
                    raise
                tighter = self._thrift.tighten(pipeline, len(positions))
                if tighter is None:
                    raise
                width = tighter
                continue
            for position, picture in zip(positions, made, strict=True):
                resumption.finished.append(picture)
                listener.on_picture(position, picture)

    def _render_batch(
        self, order: Order, positions: range, resumption: Resumption, listener: Listener
    ) -> list[Image]:
        job = order.job
        pipeline = self._pipeline(kind_of(job).auto_class)
        pipeline.scheduler = make_scheduler(self._own_scheduler, job.scheduler)
        generators = [_generator(job.seed + position) for position in positions]
        course = Course(pipeline.scheduler, generators, resumption.take(positions))
        pipeline.pingvas_course = course
        boundaries = Boundaries(order, positions, course, resumption, listener)
        boundaries.begin()
        wanted = kind_of(job).arguments(order, self._is_flow) | {
            "prompt": job.prompt,
            "negative_prompt": job.negative_prompt or None,
            "guidance_scale": job.guidance_scale,
            "num_images_per_prompt": len(positions),
            "generator": generators,
            "callback_on_step_end": boundaries,
        }
        return [finish(order, picture) for picture in _call(pipeline, wanted)]

    def _pipeline(self, auto_class: str) -> Any:  # noqa: ANN401 - diffusers is untyped
        """Made when it is first needed; it holds the same weights as the others."""
        if auto_class not in self._by_class:
            import diffusers

            made = getattr(diffusers, auto_class).from_pipe(self._loaded)
            made.set_progress_bar_config(disable=True)
            self._by_class[auto_class] = make_resumable(made)
        return self._by_class[auto_class]


def _call(pipeline: Any, wanted: dict[str, Any]) -> list[Image]:  # noqa: ANN401
    """Call it with those of the arguments that its family takes.

    A checkpoint that brings a safety checker blackens what it finds: that is no picture to bill.
    """
    accepted = set(inspect.signature(pipeline.__call__).parameters)
    made = pipeline(**{name: value for name, value in wanted.items() if name in accepted})
    if any(getattr(made, "nsfw_content_detected", None) or ()):
        detail = "a picture was held back by the content filter"
        raise JobFailure("content_unsafe", detail, retryable=False)
    return list(made.images)


def _next_batch(count: int, resumption: Resumption, width: int) -> range:
    """One that was begun elsewhere keeps its width."""
    first = len(resumption.finished)
    return range(first, min(first + (resumption.width or width), count))


def _refuse_what_cannot_be_made(order: Order) -> None:
    job = order.job
    kind_of(job).refuse_incomplete(order)
    if job.width % EDGE_MULTIPLE_PIXELS or job.height % EDGE_MULTIPLE_PIXELS:
        detail = f"width and height must be multiples of {EDGE_MULTIPLE_PIXELS} pixels"
        raise JobFailure("job_invalid", detail, retryable=False)


def _generator(seed: int) -> torch.Generator:
    return torch.Generator("cpu").manual_seed(seed % SEED_LIMIT)


def _measure(pipeline: Any) -> int:  # noqa: ANN401 - diffusers is untyped
    """Bytes of all parameters and buffers, as they lie in memory."""
    modules = [part for part in pipeline.components.values() if isinstance(part, torch.nn.Module)]
    tensors = {
        tensor.data_ptr(): tensor
        for module in modules
        for tensor in (*module.parameters(), *module.buffers())
    }
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
