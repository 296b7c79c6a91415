"""How a loaded checkpoint computes: faster ways that keep the picture up to rounding.

Which of them pay is a matter of the device's class and of the checkpoint: `pingvas-worker bench`
measures, the settings keep what it chose.
"""

from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class Options:
    """`channels_last`: convolutions' memory order; `compiled`: the denoiser's repeated blocks."""

    channels_last: bool = False
    compiled: bool = False

    def apply(self, pipeline: Any) -> None:  # noqa: ANN401 - diffusers is untyped
        """Once, after loading."""
        denoiser = getattr(pipeline, "unet", None) or pipeline.transformer
        if self.channels_last:
            for part in (denoiser, pipeline.vae):
                part.to(memory_format=torch.channels_last)
        if self.compiled:
            denoiser.compile_repeated_blocks(fullgraph=True)
