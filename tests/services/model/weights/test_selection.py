"""Of a repository only the wanted files are taken, under names that stay in their folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.model.faults import InstallFault
from services.model.ports.hub import HubFile
from services.model.weights.configuration import check_index, read_configurations
from services.model.weights.selection import (
    LARGEST_TEXT_BYTES,
    select_configuration,
    select_file,
    select_pipeline,
)
from tests.services.model.files import INDEX, pipeline

W = "unet/diffusion_pytorch_model"


def files(*paths: str, size_bytes: int = 1) -> list[HubFile]:
    return [HubFile(path, size_bytes, None) for path in paths]


def test_programs_and_pictures_and_other_precisions_are_left() -> None:
    unwanted = (
        "README.md", "pipeline.py", "unet/run.py", "unet/hook.json.py", "image.png",
        "v1.safetensors", f"{W}.non_ema.safetensors", f"{W}.bf16.safetensors", f"{W}.bin",
        "unet/deep/x.json", ".gitattributes", "unet/.hidden.json", "unet/onnx/model.json",
        "unet/a b.json",
    )  # fmt: skip
    wanted = ("model_index.json", "unet/config.json", f"{W}.safetensors", "tokenizer/merges.txt")
    assert set(select_pipeline(files(*unwanted, *wanted))) == set(wanted)


def test_a_half_file_stands_for_full_ones_in_pieces() -> None:
    pieces = (
        f"{W}-00001-of-00002.safetensors", f"{W}-00002-of-00002.safetensors",
        f"{W}.safetensors.index.json",
    )  # fmt: skip
    assert set(select_pipeline(files(*pieces))) == set(pieces)
    taken = select_pipeline(files(*pieces, f"{W}.fp16.safetensors"))
    assert {place: file.path for place, file in taken.items()} == {
        f"{W}.safetensors": f"{W}.fp16.safetensors"
    }


def test_half_pieces_are_left_for_full_ones() -> None:
    whole = f"{W}.safetensors"
    half = (f"{W}.fp16-00001-of-00002.safetensors", f"{W}.safetensors.index.fp16.json")
    assert set(select_pipeline(files(whole, *half))) == {whole}


@pytest.mark.parametrize(
    "path",
    ["../x.json", "unet/../../x.json", "/etc/x.json", "unet\\x.json", "unet//x.json", "a/./b.json",
     "unet/x\0.json", "..", ""],
)  # fmt: skip
def test_names_that_leave_their_folder_spoil_the_repository(path: str) -> None:
    for select in (select_pipeline, select_configuration, lambda found: select_file(found, "x")):
        with pytest.raises(InstallFault) as caught:
            select(files("model_index.json", path))
        assert caught.value.code == "model.file_name_unsafe"


def test_a_part_that_is_only_pickled_is_refused() -> None:
    with pytest.raises(InstallFault) as caught:
        select_pipeline(files("model_index.json", "vae/diffusion_pytorch_model.bin"))
    assert caught.value.code == "model.weights_pickled"


def test_lists_and_texts_have_bounds() -> None:
    with pytest.raises(InstallFault, match="too many files"):
        select_pipeline(files(*(f"unet/{number}.json" for number in range(201))))
    with pytest.raises(InstallFault, match="too large"):
        select_pipeline(files("unet/config.json", size_bytes=LARGEST_TEXT_BYTES + 1))
    with pytest.raises(InstallFault, match="lists too many"):
        select_pipeline(files("x.png") * 20_001)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unet": ["my_pipeline", "Evil"]}, "model.foreign_code"),
        ({"custom": ["pipeline.py", "Evil"]}, "model.foreign_code"),
        ({"unet": ["diffusers"]}, "model.foreign_code"),
        ({"unet": ["diffusers", ["x"]]}, "model.foreign_code"),
        ({"controlnet": ["diffusers", "ControlNetModel"]}, "model.weights_incomplete"),
        ({"../unet": ["diffusers", "UNet2DConditionModel"]}, "model.weights_incomplete"),
    ],
)
def test_an_index_names_known_libraries_and_parts_that_are_there(
    tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    for path, content in pipeline().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    check_index(read_configurations(tmp_path), tmp_path, whole=True)
    (tmp_path / "model_index.json").write_text(json.dumps({**INDEX, **change}))
    with pytest.raises(InstallFault) as caught:
        check_index(read_configurations(tmp_path), tmp_path, whole=True)
    assert caught.value.code == code


def test_a_folder_without_an_index_is_no_pipeline(tmp_path: Path) -> None:
    with pytest.raises(InstallFault) as caught:
        check_index({}, tmp_path, whole=False)
    assert caught.value.code == "model.not_diffusers"
