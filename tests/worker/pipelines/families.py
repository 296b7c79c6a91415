"""Tiny checkpoints with random weights of families other than the worker's own tiny one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from worker.checkpoints import tiny

_TEXT_WIDTH = 32


def build_sdxl(folder: Path) -> None:
    """Stable Diffusion XL: two text encoders, pooled words and sizes as added conditions."""
    diffusers = tiny._diffusers()

    torch.manual_seed(1)
    unet = diffusers.UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        layers_per_block=1,
        block_out_channels=(32, 64),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=2 * _TEXT_WIDTH,
        norm_num_groups=8,
        attention_head_dim=8,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=8 * 6 + _TEXT_WIDTH,
        transformer_layers_per_block=1,
        use_linear_projection=True,
    )
    diffusers.StableDiffusionXLPipeline(
        vae=tiny._vae(),
        text_encoder=_words(with_projection=False),
        text_encoder_2=_words(with_projection=True),
        tokenizer=tiny._tokenizer(),
        tokenizer_2=tiny._tokenizer(),
        unet=unet,
        scheduler=diffusers.EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
        ),
        add_watermarker=False,
    ).save_pretrained(str(folder))


def build_sd3(folder: Path) -> None:
    """Stable Diffusion 3: a transformer that follows a flow; without its third text encoder."""
    diffusers = tiny._diffusers()

    torch.manual_seed(1)
    transformer = diffusers.SD3Transformer2DModel(
        sample_size=8,
        patch_size=1,
        in_channels=16,
        out_channels=16,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=4,
        caption_projection_dim=32,
        joint_attention_dim=2 * _TEXT_WIDTH,
        pooled_projection_dim=2 * _TEXT_WIDTH,
    )
    vae = _flow_vae(latent_channels=16)
    diffusers.StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=vae,
        text_encoder=_words(with_projection=True),
        text_encoder_2=_words(with_projection=True),
        text_encoder_3=None,
        tokenizer=tiny._tokenizer(),
        tokenizer_2=tiny._tokenizer(),
        tokenizer_3=None,
    ).save_pretrained(str(folder))


def _flow_vae(latent_channels: int) -> Any:
    """The decoder of SD 3 and FLUX: eight pixels to a latent, with a shift."""
    return tiny._diffusers().AutoencoderKL(
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=latent_channels,
        norm_num_groups=8,
        sample_size=64,
        shift_factor=0.06,
        scaling_factor=1.5,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )


def build_flux(folder: Path) -> None:
    """FLUX: one transformer over packed latents and words, which T5 and CLIP tell apart."""
    diffusers = tiny._diffusers()

    torch.manual_seed(1)
    transformer = diffusers.FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=_TEXT_WIDTH,
        pooled_projection_dim=_TEXT_WIDTH,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=True,
    )
    vae = _flow_vae(latent_channels=4)
    diffusers.FluxPipeline(
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
        vae=vae,
        text_encoder=_words(with_projection=False),
        text_encoder_2=_sentences(),
        tokenizer=tiny._tokenizer(),
        tokenizer_2=tiny._tokenizer(),
    ).save_pretrained(str(folder))


def _sentences() -> Any:
    from transformers import T5Config, T5EncoderModel

    config = T5Config(
        vocab_size=len(tiny._vocabulary()),
        d_model=_TEXT_WIDTH,
        d_kv=8,
        d_ff=64,
        num_layers=1,
        num_heads=4,
    )
    return T5EncoderModel(config)


def _words(*, with_projection: bool) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    vocabulary = tiny._vocabulary()
    config = CLIPTextConfig(
        vocab_size=len(vocabulary),
        hidden_size=_TEXT_WIDTH,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        projection_dim=_TEXT_WIDTH,
        bos_token_id=vocabulary[tiny._START],
        eos_token_id=vocabulary[tiny._END],
        pad_token_id=vocabulary[tiny._END],
    )
    return (CLIPTextModelWithProjection if with_projection else CLIPTextModel)(config)
