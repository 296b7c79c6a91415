"""Small rough pictures of what is coming, from latents alone: no decoder, some milliseconds.

Of four-channel latents a linear map to colours is known to be close. Other families' first three
components stand in: shapes can be seen, colours can't.
"""

from typing import Any

import numpy as np
import torch
from PIL import Image as Images
from PIL.Image import Image

EDGE_PIXELS = 128
# Latent channels to red, green and blue, for Stable Diffusion 1 and 2 (as in ComfyUI and A1111).
_TO_COLOURS = (
    (0.3512, 0.2297, 0.3227),
    (0.3250, 0.4974, 0.2350),
    (-0.2829, 0.1762, 0.2721),
    (-0.2120, -0.2616, -0.7177),
)


def preview_of(pipeline: Any, latents: torch.Tensor, width: int, height: int) -> Image | None:  # noqa: ANN401
    """Of the batch's first picture, at most `EDGE_PIXELS` on a side; the size is the picture's."""
    first = latents[0].detach().to("cpu", torch.float32)
    if first.ndim == 2:
        first = _unpacked(first, width, height, 2 * int(pipeline.vae_scale_factor))
    if first.ndim != 3:
        return None
    if first.shape[0] == len(_TO_COLOURS):
        colours = torch.einsum("chw,cr->hwr", first, torch.tensor(_TO_COLOURS))
    else:
        colours = first[:3].permute(1, 2, 0)
    levels = ((colours.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    picture = Images.fromarray(np.ascontiguousarray(levels.numpy()))
    scale = EDGE_PIXELS / max(picture.size)
    return picture.resize((round(picture.width * scale), round(picture.height * scale)))


def _unpacked(latents: torch.Tensor, width: int, height: int, patch_pixels: int) -> torch.Tensor:
    """FLUX's sequence of patches, two by two latents each, as a plane again."""
    rows, columns = height // patch_pixels, width // patch_pixels
    if latents.shape[0] != rows * columns:
        return latents
    patches = latents.reshape(rows, columns, -1, 2, 2)
    return patches.permute(2, 0, 3, 1, 4).reshape(-1, 2 * rows, 2 * columns)
