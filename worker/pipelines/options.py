"""How a loaded checkpoint computes: faster ways that keep the picture up to rounding.

Which of them pay is a matter of the device's class and of the checkpoint: `pingvas-worker bench`
measures, the settings keep what it chose. One that can't be had is told and left out.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import structlog
import torch

from worker.pipelines.attention import SDPA, use_attention
from worker.pipelines.device import Device

log = structlog.get_logger()


@dataclass(frozen=True)
class Options:
    """`channels_last`: convolutions' memory order; `compiled`: the denoiser's repeated blocks;
    `attention`: see `attention`; `offload`: parts lie in the machine's memory until they are used.
    """

    channels_last: bool = False
    compiled: bool = False
    attention: str = SDPA
    offload: bool = False

    def place(self, pipeline: Any, device: Device) -> tuple[Any, "Options"]:  # noqa: ANN401 - diffusers is untyped
        """The pipeline on the device, and the options it has; once, after loading."""
        is_offloaded = self.offload and device.kind != "cpu"
        if is_offloaded:
            pipeline.enable_model_cpu_offload(device=device.kind)
        else:
            pipeline = pipeline.to(device.kind)
        denoiser = getattr(pipeline, "unet", None) or pipeline.transformer
        if self.channels_last:
            for part in (denoiser, pipeline.vae):
                part.to(memory_format=torch.channels_last)
        used = use_attention(pipeline, self.attention, device)
        is_compiled = self.compiled and _compiles(denoiser, device)
        return pipeline, replace(self, attention=used, compiled=is_compiled, offload=is_offloaded)


def _compiles(denoiser: Any, device: Device) -> bool:  # noqa: ANN401
    if why := why_not_compiled(device.kind):
        log.warning("not_compiled", why=why)
        return False
    # Graphs may break: a size beyond torch's limit of compilations is then run eagerly.
    denoiser.compile_repeated_blocks(fullgraph=False)
    return True


@cache
def why_not_compiled(kind: str) -> str:
    """Empty when torch compiles here, else what is missing: asked by compiling something small.

    It needs a C++ compiler on the CPU, a C compiler and Triton on cuda, and a folder to write to.
    """
    try:
        torch.compile(_small)(torch.ones(8, device=kind))
    except Exception as error:  # noqa: BLE001 - torch wraps whatever it met
        lines = [line for line in str(error).splitlines() if line.strip()] or [""]
        return f"{type(error).__name__}: {lines[0]}"[:300]
    return ""


def _small(numbers: torch.Tensor) -> torch.Tensor:
    return torch.sin(numbers) * 2 + 1
