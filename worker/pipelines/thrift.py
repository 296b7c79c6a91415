"""How a job is made to fit into a device that has too little memory for it, gently first.

Each measure costs time and keeps the picture (up to rounding). They stay on for the rest of the job
and are taken back after it. What the settings have on already is no measure: taking it back would
undo the setting.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from worker.pipelines.attention import SDPA
from worker.pipelines.device import Device
from worker.pipelines.failures import is_memory
from worker.pipelines.options import Options

SMALLER_BATCH = "smaller_batch"

log = structlog.get_logger()


@dataclass(frozen=True)
class Measure:
    """`begin` and `end` take diffusers' pipeline; `is_open`: to be had here, and not on already."""

    name: str
    begin: Callable[[Any, Device], object]
    end: Callable[[Any, Device], object]
    is_open: Callable[[Device, Options], bool] = lambda _device, _options: True


def _tile(pipeline: Any, _device: Device) -> None:  # noqa: ANN401 - diffusers is untyped
    pipeline.vae.enable_slicing()
    pipeline.vae.enable_tiling()


def _untile(pipeline: Any, _device: Device) -> None:  # noqa: ANN401
    pipeline.vae.disable_slicing()
    pipeline.vae.disable_tiling()


def _slice(pipeline: Any, _device: Device) -> None:  # noqa: ANN401
    pipeline.enable_attention_slicing("auto")


def _unslice(pipeline: Any, _device: Device) -> None:  # noqa: ANN401
    pipeline.disable_attention_slicing()


def _offload(pipeline: Any, device: Device) -> None:  # noqa: ANN401
    pipeline.enable_model_cpu_offload(device=device.kind)


def _bring_back(pipeline: Any, device: Device) -> None:  # noqa: ANN401
    pipeline.remove_all_hooks()
    pipeline.to(device.kind)


def _is_sliceable(_device: Device, options: Options) -> bool:
    """Taking slices back leaves sdpa, whatever was there before."""
    return options.attention == SDPA


def _has_other_memory(device: Device, options: Options) -> bool:
    return device.kind != "cpu" and not options.offload


# In this order.
MEASURES = (
    Measure("vae_tiling", _tile, _untile),
    Measure("attention_slicing", _slice, _unslice, _is_sliceable),
    Measure("cpu_offload", _offload, _bring_back, _has_other_memory),
)


class Thrift:
    """The measures of one loaded checkpoint, for one job after the other.

    `options` are those that are in use.
    """

    def __init__(self, device: Device, options: Options) -> None:
        self._device = device
        self._open = [each for each in MEASURES if each.is_open(device, options)]
        self._taken: list[tuple[Measure, Any]] = []
        self.fallbacks: list[str] = []

    @contextmanager
    def for_job(self) -> Iterator[None]:
        """A job; what could not be taken back after the one before is on for it too."""
        self.fallbacks = [measure.name for measure, _ in self._taken]
        try:
            yield
        finally:
            self._end()

    def tighten(self, pipeline: Any, width: int) -> int | None:  # noqa: ANN401
        """The batch's next width, for another try; None when there is nothing left to do."""
        self._device.give_back_memory()
        if width > 1:
            self._note(SMALLER_BATCH)
            return width // 2
        taken = [measure for measure, _ in self._taken]
        measure = next((each for each in self._open if each not in taken), None)
        if measure is None:
            return None
        measure.begin(pipeline, self._device)
        self._taken.append((measure, pipeline))
        self._note(measure.name)
        return width

    def close(self) -> None:
        """The checkpoint goes."""
        self._taken.clear()

    def _end(self) -> None:
        """Take everything back; what there is no memory for stays until the end of the next job."""
        taken, self._taken = self._taken, []
        for measure, pipeline in reversed(taken):
            if not self._is_taken_back(measure, pipeline):
                self._taken.insert(0, (measure, pipeline))

    def _is_taken_back(self, measure: Measure, pipeline: Any) -> bool:  # noqa: ANN401
        try:
            measure.end(pipeline, self._device)
        except Exception as error:
            if not is_memory(error):
                raise
            log.warning("thrift_stays", measure=measure.name)
            self._device.give_back_memory()
            measure.begin(pipeline, self._device)
            return False
        return True

    def _note(self, name: str) -> None:
        if name not in self.fallbacks:
            self.fallbacks.append(name)
