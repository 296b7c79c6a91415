"""The tiny checkpoint as one file with the old names, as people share theirs."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

_UNET = (
    (r"^time_embedding\.linear_1", "time_embed.0"),
    (r"^time_embedding\.linear_2", "time_embed.2"),
    (r"^conv_in", "input_blocks.0.0"),
    (r"^conv_norm_out", "out.0"),
    (r"^conv_out", "out.2"),
    (r"^down_blocks\.0\.resnets\.0", "input_blocks.1.0"),
    (r"^down_blocks\.0\.downsamplers\.0\.conv", "input_blocks.2.0.op"),
    (r"^down_blocks\.1\.resnets\.0", "input_blocks.3.0"),
    (r"^down_blocks\.1\.attentions\.0", "input_blocks.3.1"),
    (r"^mid_block\.resnets\.0", "middle_block.0"),
    (r"^mid_block\.attentions\.0", "middle_block.1"),
    (r"^mid_block\.resnets\.1", "middle_block.2"),
    (r"^up_blocks\.0\.resnets\.", "output_blocks."),
    (r"^up_blocks\.0\.attentions\.(\d)", r"output_blocks.\1.1"),
    (r"^up_blocks\.0\.upsamplers\.0\.conv", "output_blocks.1.2.conv"),
    (r"^up_blocks\.1\.resnets\.0", "output_blocks.2"),
    (r"^up_blocks\.1\.resnets\.1", "output_blocks.3"),
    (r"^(output_blocks\.\d)\.(norm|conv\d|conv_s|time)", r"\1.0.\2"),
    (r"\.norm1\.(weight|bias)$", r".in_layers.0.\1"),
    (r"\.conv1\.", ".in_layers.2."),
    (r"\.norm2\.(weight|bias)$", r".out_layers.0.\1"),
    (r"\.conv2\.", ".out_layers.3."),
    (r"\.time_emb_proj\.", ".emb_layers.1."),
    (r"\.conv_shortcut\.", ".skip_connection."),
)
# The blocks of transformers keep their own norms: undo what the rules for residual blocks did.
_UNET_MEND = (
    (r"(transformer_blocks\.\d)\.in_layers\.0", r"\1.norm1"),
    (r"(transformer_blocks\.\d)\.out_layers\.0", r"\1.norm2"),
)
_VAE = (
    (r"conv_norm_out", "norm_out"),
    (r"down_blocks\.(\d)\.resnets\.", r"down.\1.block."),
    (r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample"),
    (r"up_blocks\.(\d)\.upsamplers\.0", r"up.\1.upsample"),
    (r"up_blocks\.(\d)\.resnets\.", r"up.\1.block."),
    (r"mid_block\.resnets\.0", "mid.block_1"),
    (r"mid_block\.resnets\.1", "mid.block_2"),
    (r"mid_block\.attentions\.0", "mid.attn_1"),
    (r"\.conv_shortcut\.", ".nin_shortcut."),
    (r"\.group_norm\.", ".norm."),
    (r"\.to_(q|k|v)\.", r".\1."),
    (r"\.to_out\.0\.", ".proj_out."),
)
# transformers dropped this level in its newer releases.
_TEXT = ((r"^(?!text_model\.)", "text_model."),)


def save_single_file(folder: Path, path: Path) -> None:
    """All weights of a checkpoint with the tiny one's shape, in one file."""
    weights = {
        **_renamed(folder / "unet", "model.diffusion_model.", (*_UNET, *_UNET_MEND)),
        **_renamed(folder / "vae", "first_stage_model.", _VAE),
        **_renamed(folder / "text_encoder", "cond_stage_model.transformer.", _TEXT),
    }
    save_file({name: tensor.half() for name, tensor in weights.items()}, path)


def _renamed(
    folder: Path, prefix: str, rules: tuple[tuple[str, str], ...]
) -> dict[str, torch.Tensor]:
    (file,) = folder.glob("*.safetensors")
    return {prefix + _rename(name, rules): tensor for name, tensor in load_file(file).items()}


def _rename(name: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    levels = re.match(r"(decoder\.up)\.(\d)(.*)", name)
    return f"{levels[1]}.{3 - int(levels[2])}{levels[3]}" if levels else name
