"""What weights are, told from names and shapes of tensors, or from a folder's configuration.

Recognised or refused: a guess would fail on a worker, after somebody paid for it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.contracts.checkpoints import ABILITIES, EDGE_PIXELS, Base, Kind, base_of
from services.model.faults import InstallFault
from services.model.weights.header import Tensor

FAMILIES = {
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusion3Pipeline": "sd3",
    "FluxPipeline": "flux",
    "StableDiffusionPipeline": "sd",
}
# Names that only single files of a family have; the last is found in older families' files too.
MARKS = (
    ("sdxl", "conditioner.embedders.1.model.ln_final.weight"),
    ("sd3", "model.diffusion_model.joint_blocks.0.x_block"),
    ("flux", "double_blocks.0.img_attn.norm.key_norm.scale"),
    ("sd", "model.diffusion_model.input_blocks.0.0.weight"),
)
# Others keep their text encoders in further files, so one file is not the whole.
WHOLE_IN_ONE_FILE = frozenset({"sd15", "sd2", "sdxl", "tiny"})
PARTS_OF_A_WHOLE = (
    "model.diffusion_model.",
    "first_stage_model.",
    ("cond_stage_model.", "conditioner.embedders."),
)
LORA = re.compile(r"[._]lora[._]?(A|B|down|up)\b", re.ASCII)
LORA_DOWN = re.compile(r"lora[._]?(A|down)(\.default)?\.weight$", re.ASCII)
TEXT_STATES = re.compile(r"attn2[._](processor[._])?to_k")
LORA_WIDTHS: Mapping[int, Base] = {768: "sd15", 1024: "sd2", 2048: "sdxl"}
NARROW = 768


@dataclass(frozen=True)
class Recognised:
    """What a checkpoint or a LoRA is."""

    kind: Kind
    family: str
    base: Base
    edge_pixels: int
    abilities: tuple[str, ...] = ABILITIES


def recognise_file(tensors: Mapping[str, Tensor]) -> Recognised:
    """A single file: a LoRA, or a checkpoint with all its parts. Raises InstallFault."""
    if any(LORA.search(name) for name in tensors):
        return _lora(tensors)
    family = next((family for family, mark in MARKS if _has(tensors, mark)), "")
    base = base_of(family, _text_width(tensors))
    if base == "unknown":
        raise _unknown("its tensors have no known names and shapes")
    if base not in WHOLE_IN_ONE_FILE or not all(_has(tensors, part) for part in PARTS_OF_A_WHOLE):
        raise InstallFault(
            "model.weights_incomplete",
            f"The file is a part of a {base} checkpoint. Install the whole from a hub repository.",
        )
    return Recognised("checkpoint", family, base, EDGE_PIXELS[base])


def recognise_folder(configurations: Mapping[str, Mapping[str, object]]) -> Recognised:
    """A folder in diffusers' layout, by its JSON files. Raises InstallFault."""
    name = configurations.get("model_index.json", {}).get("_class_name")
    family = FAMILIES.get(str(name), "")
    unet = configurations.get("unet/config.json", {})
    width = unet.get("cross_attention_dim")
    base = base_of(family, width if isinstance(width, int) else 0)
    if base == "unknown":
        raise _unknown("its pipeline is none that workers have")
    return Recognised("checkpoint", family, base, _edge(configurations, base))


def _edge(configurations: Mapping[str, Mapping[str, object]], base: Base) -> int:
    """Native edge: the latent's size times the decoder's scale."""
    denoiser = (
        configurations.get("unet/config.json")
        or configurations.get("transformer/config.json")
        or {}
    )
    latent = denoiser.get("sample_size")
    levels = configurations.get("vae/config.json", {}).get("block_out_channels")
    if type(latent) is not int or not 0 < latent <= 1024:
        return EDGE_PIXELS[base]
    steps = len(levels) if isinstance(levels, list) and 0 < len(levels) <= 6 else 4
    return int(latent * 2 ** (steps - 1))


def _lora(tensors: Mapping[str, Tensor]) -> Recognised:
    base = _lora_base(tensors)
    if base == "unknown":
        raise _unknown("it is a LoRA, and no known base fits it")
    return Recognised(
        "lora", "sd" if base in {"sd15", "sd2", "tiny"} else base, base, EDGE_PIXELS[base], ()
    )


def _lora_base(tensors: Mapping[str, Tensor]) -> Base:
    if _has(tensors, ("double_blocks", "single_transformer_blocks")):
        return "flux"
    if _has(tensors, "joint_blocks") or any(
        name.startswith("transformer.transformer_blocks") for name in tensors
    ):
        return "sd3"
    for width in _lora_widths(tensors):
        return "tiny" if width < NARROW else LORA_WIDTHS.get(width, "unknown")
    return "sdxl" if _has(tensors, ("lora_te2_", "text_encoder_2.")) else "unknown"


def _lora_widths(tensors: Mapping[str, Tensor]) -> Iterator[int]:
    """The width of text states that the cross attention's down matrices take."""
    for name, tensor in tensors.items():
        if TEXT_STATES.search(name) and LORA_DOWN.search(name) and len(tensor.shape) >= 2:
            yield tensor.shape[1]


def _text_width(tensors: Mapping[str, Tensor]) -> int:
    for name, tensor in tensors.items():
        if name.endswith("attn2.to_k.weight") and len(tensor.shape) == 2:
            return tensor.shape[1]
    return 0


def _has(tensors: Mapping[str, Tensor], parts: str | tuple[str, ...]) -> bool:
    wanted = (parts,) if isinstance(parts, str) else parts
    return any(part in name for name in tensors for part in wanted)


def _unknown(why: str) -> InstallFault:
    return InstallFault("model.base_unknown", f"This cannot be served: {why}.")
