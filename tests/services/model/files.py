"""Tiny checkpoints and LoRAs as bytes: real safetensors, written by hand, with the right names."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from services.model.weights.header import BYTES_OF

Shapes = Mapping[str, tuple[int, ...]]

LORA: Shapes = {
    "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight": (4, 768),
    "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_B.weight": (320, 4),
}
SINGLE: Shapes = {
    "model.diffusion_model.input_blocks.0.0.weight": (32, 4, 3, 3),
    "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (32, 32),
    "first_stage_model.decoder.conv_in.weight": (4, 4),
    "cond_stage_model.transformer.text_model.final_layer_norm.weight": (32,),
}
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.30.0",
    "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "safety_checker": [None, None],
    "requires_safety_checker": False,
}


def safetensors(shapes: Shapes, dtype: str = "F16", fill: bytes = b"\0") -> bytes:
    """A whole file with these tensors."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        begin, end = end, end + math.prod(shape) * BYTES_OF[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
    return framed(json.dumps(header).encode(), fill * end)


def framed(header: bytes, data: bytes) -> bytes:
    """A header, whatever it says, before data."""
    return len(header).to_bytes(8, "little") + header + data


def pipeline(width: int = 32, fill: bytes = b"\0", rows: int = 64) -> dict[str, bytes]:
    """A folder in diffusers' layout, with text states so wide. The UNet has `rows` KiB."""
    weights = safetensors({"conv_in.weight": (rows, 512)}, fill=fill)
    return {
        "model_index.json": json.dumps(INDEX).encode(),
        "scheduler/scheduler_config.json": b"{}",
        "text_encoder/config.json": b"{}",
        "text_encoder/model.safetensors": weights,
        "tokenizer/merges.txt": b"",
        "tokenizer/vocab.json": b"{}",
        "unet/config.json": json.dumps({"cross_attention_dim": width, "sample_size": 8}).encode(),
        "unet/diffusion_pytorch_model.safetensors": weights,
        "vae/config.json": json.dumps({"block_out_channels": [32] * 4}).encode(),
        "vae/diffusion_pytorch_model.safetensors": weights,
    }
