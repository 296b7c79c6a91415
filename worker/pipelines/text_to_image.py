"""Text to image, for the families that diffusers' auto class knows.

Every picture has its own generator on the CPU, seeded `seed + position`: a seed means the same
noise on any device, at any position and in any batch.
"""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from PIL.Image import Image

from services.contracts.jobs import GenerationJob
from worker.errors import JobFailure
from worker.pipelines.device import Device
from worker.pipelines.failures import render_failures
from worker.pipelines.pipeline import OnStep
from worker.pipelines.schedulers import make_scheduler

KIND = "text_to_image"
SEED_LIMIT = 2**63
EDGE_MULTIPLE_PIXELS = 8


class TextToImage:
    """One loaded checkpoint; one job at a time."""

    def __init__(self, pipeline: Any, device: Device, batch_size: int) -> None:  # noqa: ANN401
        self._pipeline = pipeline
        self._device = device
        self._batch_size = batch_size
        self._own_scheduler = pipeline.scheduler
        self._accepted = set(inspect.signature(pipeline.__call__).parameters)
        self.size_bytes = _measure(pipeline)

    def render(self, job: GenerationJob, on_step: OnStep) -> Sequence[Image]:
        """Pictures by position, made in batches of at most `batch_size`."""
        _refuse_what_cannot_be_made(job)
        batches = list(_batches(job.count, self._batch_size))
        pictures: list[Image] = []
        for number, positions in enumerate(batches):
            steps = _Steps(on_step, number * job.steps, len(batches) * job.steps)
            with render_failures(), torch.inference_mode():
                pictures += self._render_batch(job, positions, steps)
        return pictures

    def close(self) -> None:
        """Drop the weights."""
        self._pipeline = None
        self._own_scheduler = None
        self._device.give_back_memory()

    def _render_batch(self, job: GenerationJob, positions: range, steps: "_Steps") -> list[Image]:
        self._pipeline.scheduler = make_scheduler(self._own_scheduler, job.scheduler)
        wanted = {
            "prompt": job.prompt,
            "negative_prompt": job.negative_prompt or None,
            "width": job.width,
            "height": job.height,
            "num_inference_steps": job.steps,
            "guidance_scale": job.guidance_scale,
            "num_images_per_prompt": len(positions),
            "generator": [_generator(job.seed + position) for position in positions],
            "callback_on_step_end": steps,
        }
        arguments = {name: value for name, value in wanted.items() if name in self._accepted}
        return list(self._pipeline(**arguments).images)


class _Steps:
    """Counts the steps of a job over its batches; diffusers calls it at the end of each step."""

    def __init__(self, on_step: OnStep, done_before: int, total: int) -> None:
        self._on_step = on_step
        self._done = done_before
        self._total = total
        on_step(done_before, total)

    def __call__(
        self, _pipeline: object, _step: int, _timestep: object, values: dict[str, Any]
    ) -> dict[str, Any]:
        self._done = min(self._done + 1, self._total)
        self._on_step(self._done, self._total)
        return values


def _refuse_what_cannot_be_made(job: GenerationJob) -> None:
    if job.kind != KIND:
        detail = f"this worker can't do {job.kind!r}"
        raise JobFailure("kind_unsupported", detail, retryable=False)
    if job.width % EDGE_MULTIPLE_PIXELS or job.height % EDGE_MULTIPLE_PIXELS:
        detail = f"width and height must be multiples of {EDGE_MULTIPLE_PIXELS} pixels"
        raise JobFailure("job_invalid", detail, retryable=False)


def _batches(count: int, size: int) -> Iterator[range]:
    return (range(start, min(start + size, count)) for start in range(0, count, size))


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
