"""Makes pictures of every kind with one loaded checkpoint, for the families diffusers knows.

Every picture has its own generator on the CPU, seeded `seed + position`: a seed means the same
noise on any device, at any position and in any batch. All kinds share the same weights.
"""

import inspect
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

import structlog
import torch
from PIL.Image import Image

from worker.errors import JobFailure
from worker.pipelines.batches import Call, Deserted, Member, groups_of
from worker.pipelines.device import Device
from worker.pipelines.failures import is_memory, render_failures
from worker.pipelines.kinds import kind_of
from worker.pipelines.loras import Loras
from worker.pipelines.options import Options
from worker.pipelines.pipeline import Ending, Listener, Order, Part, Rendered
from worker.pipelines.resumable import make_resumable
from worker.pipelines.resumption import resumption_of
from worker.pipelines.schedulers import make_scheduler
from worker.pipelines.thrift import SMALLER_BATCH, Thrift

EDGE_MULTIPLE_PIXELS = 8

log = structlog.get_logger()


class Painter:
    """One loaded checkpoint; one call at a time. `sha256` is its weights' checksum; `options` are
    those in use, which may be fewer than were asked for.
    """

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
        self.options = options
        self.size_bytes = _measure(pipeline)

    def render(self, order: Order, listener: Listener) -> Rendered:
        """The pictures by position, made in batches of at most `batch_size`."""
        (ending,) = self.render_together([(order, listener)])
        if isinstance(ending.outcome, Exception):
            raise ending.outcome
        return ending.outcome

    def render_together(self, parts: Sequence[Part]) -> list[Ending]:
        """As `render` for each, with the next pictures of several jobs in one call if they fit.

        What goes wrong for several is tried again one by one, where it is told of those it is
        about.
        """
        members = [
            Member(order, listener, resumption_of(order, self._sha256, self._device))
            for order, listener in parts
        ]
        for member in members:
            with member.ends_alone(), render_failures():
                member.tell_finished()
        for group in groups_of(members):
            self._draw_together(group)
        for member in members:
            self._draw_alone(member)
        return [member.ending for member in members]

    def close(self) -> None:
        """Drop the weights."""
        self._by_class.clear()
        self._loaded = None
        self._own_scheduler = None
        self._loras = Loras()
        self._thrift.close()
        self._device.give_back_memory()

    def _draw_together(self, group: Sequence[Member]) -> None:
        """As long as two of them or more have pictures to make."""
        failure: Exception | None = None
        try:
            with torch.inference_mode():
                self._loras.put_on(self._loaded, group[0].order.loras)
                while len(members := [each for each in group if each.is_open]) > 1:
                    self._draw(Call(members, self._batch_size), members[0].order)
        except Exception as error:  # noqa: BLE001 - it is met again, and told, by those it is about
            failure = error.with_traceback(None)  # which holds on to the memory
        if failure:
            self._device.give_back_memory()
            log.warning("not_made_together", jobs=len(group), error=type(failure).__name__)
            for member in group:
                member.fallbacks += [SMALLER_BATCH] if is_memory(failure) else []

    def _draw_alone(self, member: Member) -> None:
        """What is left of it, if anything."""
        if member.outcome is not None:
            return
        with member.ends_alone():
            with render_failures(), self._thrift.for_job(), torch.inference_mode():
                _refuse_what_cannot_be_made(member.order)
                self._loras.put_on(self._loaded, member.order.loras)
                self._draw_rest(member)
            fallbacks = dict.fromkeys((*member.fallbacks, *self._thrift.fallbacks))
            member.end(Rendered(tuple(fallbacks), member.resumption.steps))

    def _draw_rest(self, member: Member) -> None:
        """A batch that does not fit is begun again in a thriftier way, until nothing is left."""
        width = self._batch_size
        while member.is_open:
            tried = len(member.positions(width))
            try:
                self._draw(Call([member], width), member.order)
            except Exception as error:
                if not is_memory(error):
                    raise
                pipeline = self._pipeline(kind_of(member.order.job).auto_class)
                tighter = self._thrift.tighten(pipeline, tried)
                if tighter is None:
                    raise
                width = tighter

    def _draw(self, call: Call, order: Order) -> None:
        """Make one call; the order says what is the same for all its pictures."""
        began = perf_counter()
        try:
            with suppress(Deserted):
                call.take(self._made(call, order))
        finally:
            call.spend(perf_counter() - began)

    def _made(self, call: Call, order: Order) -> list[Image | None]:
        kind = kind_of(order.job)
        pipeline = self._pipeline(kind.auto_class)
        pipeline.scheduler = make_scheduler(self._own_scheduler, order.job.scheduler)
        pipeline.pingvas_course = course = call.begin(pipeline.scheduler)
        wanted = kind.arguments(order, self._is_flow) | {
            **call.words(),
            "guidance_scale": order.job.guidance_scale,
            "generator": course.generators,
            "callback_on_step_end": call,
        }
        return _call(pipeline, wanted)

    def _pipeline(self, auto_class: str) -> Any:  # noqa: ANN401 - diffusers is untyped
        """Made when it is first needed; it holds the same weights as the others."""
        if auto_class not in self._by_class:
            import diffusers

            made = getattr(diffusers, auto_class).from_pipe(self._loaded)
            made.set_progress_bar_config(disable=True)
            self._by_class[auto_class] = make_resumable(made)
        return self._by_class[auto_class]


def _call(pipeline: Any, wanted: dict[str, Any]) -> list[Image | None]:  # noqa: ANN401
    """Call it with those of the arguments that its family takes.

    A checkpoint that brings a safety checker blackens what it finds: that is no picture to bill.
    """
    accepted = set(inspect.signature(pipeline.__call__).parameters)
    made = pipeline(**{name: value for name, value in wanted.items() if name in accepted})
    held_back = getattr(made, "nsfw_content_detected", None) or [False] * len(made.images)
    return [
        None if is_held_back else picture
        for picture, is_held_back in zip(made.images, held_back, strict=True)
    ]


def _refuse_what_cannot_be_made(order: Order) -> None:
    job = order.job
    kind_of(job).refuse_incomplete(order)
    if job.width % EDGE_MULTIPLE_PIXELS or job.height % EDGE_MULTIPLE_PIXELS:
        detail = f"width and height must be multiples of {EDGE_MULTIPLE_PIXELS} pixels"
        raise JobFailure("job_invalid", detail, retryable=False)


def _measure(pipeline: Any) -> int:  # noqa: ANN401 - diffusers is untyped
    """Bytes of all parameters and buffers, as they lie in memory."""
    modules = [part for part in pipeline.components.values() if isinstance(part, torch.nn.Module)]
    tensors = {
        tensor.data_ptr(): tensor
        for module in modules
        for tensor in (*module.parameters(), *module.buffers())
    }
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
