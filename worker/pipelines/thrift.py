"""How a job is made to fit into a device that has too little memory for it, gently first.

Each measure costs time and keeps the picture (up to rounding). They stay on for the rest of the job
and are taken back after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from worker.pipelines.device import Device

SMALLER_BATCH = "smaller_batch"


@dataclass(frozen=True)
class Measure:
    """`begin` and `end` take diffusers' pipeline."""

    name: str
    begin: Callable[[Any, Device], object]
    end: Callable[[Any, Device], object]


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


# In this order; the last one only where there is other memory to offload to.
MEASURES = (
    Measure("vae_tiling", _tile, _untile),
    Measure("attention_slicing", _slice, _unslice),
    Measure("cpu_offload", _offload, _bring_back),
)


class Thrift:
    """The measures of one job."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._taken: list[tuple[Measure, Any]] = []
        self._left = [each for each in MEASURES if device.kind != "cpu" or each.name[:3] != "cpu"]
        self.fallbacks: list[str] = []

    def tighten(self, pipeline: Any, width: int) -> int | None:  # noqa: ANN401
        """The batch's next width, for another try; None when there is nothing left to do."""
        self._device.give_back_memory()
        if width > 1:
            self._note(SMALLER_BATCH)
            return width // 2
        if not self._left:
            return None
        measure = self._left.pop(0)
        measure.begin(pipeline, self._device)
        self._taken.append((measure, pipeline))
        self._note(measure.name)
        return width

    def end(self) -> None:
        """Take everything back."""
        for measure, pipeline in reversed(self._taken):
            measure.end(pipeline, self._device)
        self._taken.clear()

    def _note(self, name: str) -> None:
        if name not in self.fallbacks:
            self.fallbacks.append(name)
