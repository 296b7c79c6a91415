"""diffusers' own safety checker: CLIP's view of a picture against concepts in its weights.

The folder is a Stable Diffusion repository's `safety_checker`, with the `preprocessor_config.json`
of its `feature_extractor` beside the weights. Runs on the CPU: some 0.3 s a picture of real size.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL.Image import Image

from worker.pipelines.failures import load_failures


class ClipSafety:
    """Loaded once, for the life of the process. Raises JobFailure for a folder that is none."""

    def __init__(self, folder: Path) -> None:
        from diffusers.pipelines.stable_diffusion import safety_checker
        from transformers import CLIPImageProcessor

        options: dict[str, Any] = {"local_files_only": True}
        with load_failures():
            kind: Any = safety_checker.StableDiffusionSafetyChecker
            self._checker = kind.from_pretrained(str(folder), use_safetensors=True, **options)
            self._prepare: Any = CLIPImageProcessor.from_pretrained(str(folder), **options)

    def is_safe(self, picture: Image) -> bool:
        """Does it show none of the concepts?"""
        prepared = self._prepare(picture, return_tensors="pt").pixel_values
        with torch.inference_mode():
            _, unsafe = self._checker(images=[np.asarray(picture)], clip_input=prepared)
        return not any(unsafe)
