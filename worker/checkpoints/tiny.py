"""A tiny diffusion checkpoint with random weights, for machines without a real one.

It goes the whole real way and its pictures are noise. Weights come from a fixed seed by a
generator whose numbers are the same on every platform, so that every machine makes the same one.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from worker.pipelines.quiet import hide_progress_bars

SEED = 20
EDGE_PIXELS = 64
_START, _END = "<|startoftext|>", "<|endoftext|>"
_TOKENS_AT_MOST = 77
_TEXT_WIDTH = 32


def build_tiny(folder: Path) -> None:
    """Save the checkpoint in diffusers' layout; about 5.6 MB."""
    hide_progress_bars()
    parts = {"text_encoder": _text_encoder(), "unet": _unet(), "vae": _vae()}
    _fill(parts)
    _diffusers().StableDiffusionPipeline(
        **parts,
        tokenizer=_tokenizer(),
        scheduler=_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(str(folder))
    _forget_versions(folder)


def _fill(parts: dict[str, Any]) -> None:
    """Matrices get numbers of variance 1 / inputs, norms 1, biases 0."""
    random = np.random.Generator(np.random.PCG64(SEED))
    for _, part in sorted(parts.items()):
        for name, parameter in sorted(part.named_parameters()):
            with torch.no_grad():
                parameter.copy_(_values(random, name, tuple(parameter.shape)))


def _values(random: np.random.Generator, name: str, shape: tuple[int, ...]) -> torch.Tensor:
    if len(shape) == 1:
        return torch.full(shape, 1.0 if name.endswith("weight") else 0.0)
    bound = math.sqrt(3 / math.prod(shape[1:]))
    return torch.from_numpy(random.uniform(-bound, bound, size=shape).astype(np.float32))


def _vocabulary() -> dict[str, int]:
    """Every byte as the character that byte-level tokenizers use, twice, and two marks."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), _START, _END]
    return {token: number for number, token in enumerate(tokens)}


def _tokenizer() -> Any:  # noqa: ANN401 - transformers is untyped here
    from transformers import CLIPTokenizer

    return CLIPTokenizer(vocab=_vocabulary(), merges=[], model_max_length=_TOKENS_AT_MOST)


def _text_encoder() -> Any:  # noqa: ANN401
    from transformers import CLIPTextConfig, CLIPTextModel

    vocabulary = _vocabulary()
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(vocabulary),
            hidden_size=_TEXT_WIDTH,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=_TOKENS_AT_MOST,
            bos_token_id=vocabulary[_START],
            eos_token_id=vocabulary[_END],
            pad_token_id=vocabulary[_END],
        )
    )


def _unet() -> Any:  # noqa: ANN401
    return _diffusers().UNet2DConditionModel(
        sample_size=EDGE_PIXELS // 8,
        in_channels=4,
        out_channels=4,
        layers_per_block=1,
        block_out_channels=(32, 64),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=_TEXT_WIDTH,
        norm_num_groups=8,
        attention_head_dim=8,
    )


def _vae() -> Any:  # noqa: ANN401
    return _diffusers().AutoencoderKL(
        in_channels=3,
        out_channels=3,
        latent_channels=4,
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=8,
        sample_size=EDGE_PIXELS,
    )


def _scheduler() -> Any:  # noqa: ANN401
    return _diffusers().DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        steps_offset=1,
    )


def _diffusers() -> Any:  # noqa: ANN401 - its classes are untyped
    import diffusers

    return diffusers


def _forget_versions(folder: Path) -> None:
    """The same recipe is the same checkpoint, whichever release of the libraries wrote it."""
    for path in folder.rglob("*.json"):
        content = json.loads(path.read_bytes())
        for key in ("_diffusers_version", "transformers_version", "_name_or_path"):
            content.pop(key, None)
        path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
