"""LoRAs merged into the weights for one job, and taken out again without a trace.

Merged they cost nothing per step. What a layer was before is kept on the CPU and put back as it
was, bit by bit; the same set as before is left where it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from safetensors.torch import load_file

from worker.errors import JobFailure
from worker.pipelines.pipeline import Lora

_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"
_OLD_MATRIX = re.compile(r"(?:_lora|\.lora|\.lora_linear_layer)\.(down|up)\.weight")
_WORDS_LAYER = re.compile(r"\bto_(q|k|v|out)(?:\.0)?(?=\.lora_)")

Worn = tuple[tuple[str, float], ...]


class Loras:
    """What a loaded checkpoint wears."""

    def __init__(self) -> None:
        self._worn: Worn = ()
        self._originals: dict[torch.nn.Parameter, torch.Tensor] = {}

    def put_on(self, pipeline: Any, loras: Sequence[Lora]) -> None:  # noqa: ANN401
        """Exactly these. Raises JobFailure for a LoRA that fits nothing here."""
        wanted = tuple((lora.sha256, lora.weight) for lora in loras)
        if wanted == self._worn:
            return
        self._take_off()
        try:
            for lora in loras:
                self._merge(pipeline, lora)
        except BaseException:
            self._take_off()
            raise
        self._worn = wanted

    def _take_off(self) -> None:
        for parameter, original in self._originals.items():
            parameter.data.copy_(original)
        self._originals.clear()
        self._worn = ()

    def _merge(self, pipeline: Any, lora: Lora) -> None:  # noqa: ANN401
        is_fit = False
        for layer, change in _changes(pipeline, lora):
            weight = layer.weight
            self._originals.setdefault(weight, weight.data.to("cpu", copy=True))
            merged = weight.data.float() + lora.weight * change.to(weight.device)
            weight.data.copy_(merged.to(weight.dtype))
            is_fit = True
        if not is_fit:
            raise _unsuitable()


def _changes(pipeline: Any, lora: Lora) -> Iterator[tuple[Any, torch.Tensor]]:  # noqa: ANN401
    """Each layer with what a LoRA of weight 1 adds to its weights, in float32."""
    state, alphas = _read(pipeline, lora)
    for name, down in state.items():
        if name.endswith(_DOWN) and (up := state.get(name.removesuffix(_DOWN) + _UP)) is not None:
            rank = down.shape[0]
            layer = _layer(pipeline, name.removesuffix(_DOWN))
            scale = float(alphas.get(name, rank)) / rank
            yield layer, scale * _product(up, down, layer.weight.shape)


def _product(up: torch.Tensor, down: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """The same for linear layers and convolutions: up is a 1 x 1 one, or a matrix."""
    product = up.float().flatten(1) @ down.float().flatten(1)
    if product.numel() != shape.numel():
        raise _unsuitable()
    return product.reshape(shape)


def _layer(pipeline: Any, path: str) -> Any:  # noqa: ANN401
    """Text encoders' layers are one level nearer in some releases of transformers."""
    part, _, inside = path.partition(".")
    for name in (inside, inside.removeprefix("text_model.")):
        try:
            return getattr(pipeline, part).get_submodule(name)
        except AttributeError:
            continue
    raise _unsuitable()


def _read(pipeline: Any, lora: Lora) -> tuple[dict[str, torch.Tensor], dict[str, float]]:  # noqa: ANN401
    """Tensors, and alphas by their down matrix: diffusers knows how trainers name their layers."""
    tensors = {name: each for name, each in load_file(lora.file).items() if "dora" not in name}
    options = {"unet_config": pipeline.unet.config} if hasattr(pipeline, "unet") else {}
    found = type(pipeline).lora_state_dict(tensors, **options)
    state, alphas = found if isinstance(found, tuple) else (found, None)
    inner = {f"{name.removesuffix('.alpha')}{_DOWN}": state[name] for name in _alphas(state)}
    told = {name.removesuffix(".alpha"): each for name, each in (alphas or {}).items()}
    return (
        {_plain_name(name): each for name, each in state.items()},
        {_plain_name(name): float(each) for name, each in (inner | told).items()},
    )


def _alphas(state: Mapping[str, torch.Tensor]) -> list[str]:
    return [name for name in state if name.endswith(".alpha")]


def _plain_name(name: str) -> str:
    """diffusers' older names in its present form: `<layer>.lora_A.weight`."""
    name = _OLD_MATRIX.sub(lambda found: _DOWN if found[1] == "down" else _UP, name)
    name = name.replace(".processor.", ".").replace(".to_out.lora_", ".to_out.0.lora_")
    return _WORDS_LAYER.sub(r"\1_proj", name) if name.startswith("text_encoder") else name


def _unsuitable() -> JobFailure:
    detail = "a LoRA was made for another kind of checkpoint"
    return JobFailure("lora_unsuitable", detail, retryable=False)
