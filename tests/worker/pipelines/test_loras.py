"""LoRAs: each trainer's names, merged for one job and gone without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import pictures_of
from worker.errors import JobFailure
from worker.pipelines.pipeline import Lora, Order, Pipeline

# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LAYER = "down_blocks.1.attentions.0.transformer_blocks.0.attn2"
RANK = 4


def _matrices(scale: float = 0.3) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(5)
    down = torch.randn(RANK, 64, generator=random)
    up = torch.randn(64, RANK, generator=random) * scale
    return down, up


def _diffusers_names(down: torch.Tensor, up: torch.Tensor) -> dict[str, torch.Tensor]:
    name = f"unet.{LAYER}.to_q"
    return {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}


def _old_names(down: torch.Tensor, up: torch.Tensor) -> dict[str, torch.Tensor]:
    name = f"unet.{LAYER}.processor.to_q_lora"
    return {f"{name}.down.weight": down, f"{name}.up.weight": up}


def _kohya_names(down: torch.Tensor, up: torch.Tensor) -> dict[str, torch.Tensor]:
    name = f"lora_unet_{LAYER.replace('.', '_')}_to_q"
    return {
        f"{name}.lora_down.weight": down,
        f"{name}.lora_up.weight": up,
        f"{name}.alpha": torch.tensor(float(RANK)),
    }


def _save(tensors: dict[str, torch.Tensor], path: Path, weight: float = 1.0) -> Lora:
    save_file({name: each.contiguous() for name, each in tensors.items()}, path)
    return Lora(path, f"sum-of-{path}", weight)


def _bytes(pipeline: Pipeline, *loras: Lora) -> bytes:
    return pictures_of(pipeline, Order(make_job(), loras=loras))[0].tobytes()


@pytest.mark.parametrize("names", [_diffusers_names, _old_names, _kohya_names])
def test_every_trainer_s_names_mean_the_same(
    by_family: dict[str, Pipeline], tmp_path: Path, names: object
) -> None:
    assert callable(names)
    sd = by_family["sd"]
    plain = _bytes(sd)
    wanted = _bytes(sd, _save(_diffusers_names(*_matrices()), tmp_path / "a"))
    assert _bytes(sd, _save(names(*_matrices()), tmp_path / "b")) == wanted != plain
    assert _bytes(sd) == plain


def test_weights_add_up_and_zero_is_nothing(by_family: dict[str, Pipeline], tmp_path: Path) -> None:
    sd, tensors = by_family["sd"], _diffusers_names(*_matrices())
    plain = _bytes(sd)
    half = _save(tensors, tmp_path / "half", 0.5)
    other = _save(tensors, tmp_path / "other", 0.5)
    assert _bytes(sd, _save(tensors, tmp_path / "none", 0.0)) == plain
    assert _bytes(sd, half, other) not in {plain, _bytes(sd, half)}
    assert _bytes(sd) == plain


def test_half_of_alpha_is_half_of_the_weight(
    by_family: dict[str, Pipeline], tmp_path: Path
) -> None:
    tensors = _kohya_names(*_matrices())
    weak = {**tensors, **{name: torch.tensor(RANK / 2) for name in tensors if "alpha" in name}}
    sd = by_family["sd"]
    halved = _bytes(sd, _save(weak, tmp_path / "weak"))
    assert halved == _bytes(sd, _save(tensors, tmp_path / "half", 0.5))


def test_the_text_encoder_s_layers_count_too(
    by_family: dict[str, Pipeline], tmp_path: Path
) -> None:
    layer = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj"
    kohya = "lora_te_text_model_encoder_layers_0_self_attn_q_proj"
    down, up = torch.full((RANK, 32), 0.2), torch.full((32, RANK), 0.2)
    sd, made = by_family["sd"], set()
    for number, name in enumerate(
        (f"{layer}.lora_linear_layer.", f"{layer}.lora.", f"{kohya}.lora_")
    ):
        tensors = {f"{name}down.weight": down, f"{name}up.weight": up}
        made.add(_bytes(sd, _save(tensors, tmp_path / f"{number}")))
    assert len(made) == 1
    assert _bytes(sd) not in made


@pytest.mark.parametrize(
    "tensors",
    [
        {
            "unet.none.here.lora_A.weight": torch.ones(4, 64),
            "unet.none.here.lora_B.weight": torch.ones(64, 4),
        },
        _diffusers_names(torch.ones(4, 320), torch.ones(320, 4)),
        {"something.else": torch.ones(1)},
    ],
    ids=["another layer", "another size", "no LoRA"],
)
def test_one_of_another_base_is_refused_and_leaves_no_trace(
    by_family: dict[str, Pipeline], tmp_path: Path, tensors: dict[str, torch.Tensor]
) -> None:
    sd = by_family["sd"]
    plain = _bytes(sd)
    good = _save(_diffusers_names(*_matrices()), tmp_path / "good")
    with pytest.raises(JobFailure) as caught:
        _bytes(sd, good, _save(tensors, tmp_path / "bad"))
    assert (caught.value.code, caught.value.retryable) == ("lora_unsuitable", False)
    assert _bytes(sd) == plain


def test_sdxl_wears_them_too(by_family: dict[str, Pipeline], tmp_path: Path) -> None:
    sdxl = by_family["sdxl"]
    lora = _save(_diffusers_names(*_matrices()), tmp_path / "xl")
    plain = _bytes(sdxl)
    assert _bytes(sdxl, lora) != plain
    assert _bytes(sdxl) == plain
