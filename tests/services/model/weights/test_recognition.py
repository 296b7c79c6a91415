"""What files are, by names and shapes: each base is told from the others, nothing is guessed."""

from __future__ import annotations

import pytest

from services.contracts.checkpoints import ABILITIES
from services.model.faults import InstallFault
from services.model.weights.header import Tensor
from services.model.weights.recognition import recognise_file, recognise_folder
from tests.services.model.files import LORA, SINGLE, Shapes

ATTENTION = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
SDXL: Shapes = {
    "conditioner.embedders.1.model.ln_final.weight": (1280,),
    "model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight": (640, 2048),
    "first_stage_model.decoder.conv_in.weight": (4,),
}
KOHYA = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
OLD = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight"


def tensors(shapes: Shapes) -> dict[str, Tensor]:
    return {name: Tensor("F16", shape, 0, 0) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("shapes", "kind", "base"),
    [
        (SINGLE, "checkpoint", "tiny"),
        ({**SINGLE, ATTENTION: (320, 768)}, "checkpoint", "sd15"),
        ({**SINGLE, ATTENTION: (320, 1024)}, "checkpoint", "sd2"),
        (SDXL, "checkpoint", "sdxl"),
        (LORA, "lora", "sd15"),
        ({KOHYA: (8, 1024)}, "lora", "sd2"),
        ({KOHYA: (8, 2048)}, "lora", "sdxl"),
        ({KOHYA: (8, 32)}, "lora", "tiny"),
        ({OLD: (4, 768)}, "lora", "sd15"),
        ({"lora_te2_text_model.lora_down.weight": (4, 4)}, "lora", "sdxl"),
        ({"transformer.single_transformer_blocks.0.attn.lora_A.weight": (4, 4)}, "lora", "flux"),
        ({"lora_unet_double_blocks_0_img_attn.lora_down.weight": (4, 4)}, "lora", "flux"),
        ({"transformer.transformer_blocks.0.attn.lora_A.weight": (4, 4)}, "lora", "sd3"),
    ],
)
def test_files_are_recognised(shapes: Shapes, kind: str, base: str) -> None:
    found = recognise_file(tensors(shapes))
    assert (found.kind, found.base) == (kind, base)
    assert found.abilities == (ABILITIES if kind == "checkpoint" else ())


@pytest.mark.parametrize(
    ("shapes", "code"),
    [
        ({"weight": (1,)}, "model.base_unknown"),
        ({**SINGLE, ATTENTION: (320, 999)}, "model.base_unknown"),
        ({"some.lora_A.weight": (4, 4)}, "model.base_unknown"),
        ({KOHYA: (8, 999)}, "model.base_unknown"),
        (
            {k: v for k, v in SINGLE.items() if not k.startswith("first_stage")},
            "model.weights_incomplete",
        ),
        (
            {k: v for k, v in SINGLE.items() if not k.startswith("cond_stage")},
            "model.weights_incomplete",
        ),
        ({"double_blocks.0.img_attn.norm.key_norm.scale": (1,)}, "model.weights_incomplete"),
    ],
)
def test_nothing_is_guessed(shapes: Shapes, code: str) -> None:
    with pytest.raises(InstallFault) as caught:
        recognise_file(tensors(shapes))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "unet", "base", "edge"),
    [
        ("StableDiffusionPipeline", {"cross_attention_dim": 768, "sample_size": 64}, "sd15", 512),
        ("StableDiffusionPipeline", {"cross_attention_dim": 1024, "sample_size": 96}, "sd2", 768),
        ("StableDiffusionXLPipeline", {"sample_size": 128}, "sdxl", 1024),
        ("StableDiffusionXLPipeline", {}, "sdxl", 1024),
        ("StableDiffusionXLPipeline", {"sample_size": -5}, "sdxl", 1024),
        ("StableDiffusionXLPipeline", {"sample_size": 10**9}, "sdxl", 1024),
    ],
)
def test_folders_are_recognised(name: str, unet: dict[str, object], base: str, edge: int) -> None:
    found = recognise_folder({"model_index.json": {"_class_name": name}, "unet/config.json": unet})
    assert (found.base, found.edge_pixels) == (base, edge)


@pytest.mark.parametrize("name", ["KandinskyPipeline", "", None, ["x"]])
def test_foreign_pipelines_are_refused(name: object) -> None:
    with pytest.raises(InstallFault):
        recognise_folder({"model_index.json": {"_class_name": name}})
