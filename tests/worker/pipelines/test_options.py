"""Each option that runs on a CPU keeps the picture up to rounding; what can't be had is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from structlog.testing import capture_logs

from tests.worker.jobs import make_job
from tests.worker.pipelines import families
from tests.worker.pipelines.listening import pictures_of
from worker.checkpoints.install import install
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.sources import Folder
from worker.pipelines import attention
from worker.pipelines.device import Device, choose_device, limit_threads
from worker.pipelines.loading import _auto_class, loader
from worker.pipelines.options import Options, why_not_compiled

# torch's own compiler touches parts of torch that are going.
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
CPU = choose_device("cpu", "auto", None)
BUILDERS = {"sd3": families.build_sd3, "flux": families.build_flux}


@pytest.fixture(scope="module")
def shelf(shelf_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shelved]:
    limit_threads(1)
    made = tmp_path_factory.mktemp("options")
    for name, build in BUILDERS.items():
        build(made / f"source-{name}")
        install(Folder(made / f"source-{name}"), name, made / "shelf")
    return Shelf(made / "shelf").checkpoints() | Shelf(shelf_folder).checkpoints()


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """diffusers keeps the last back end for the whole process, torch what it compiled."""
    from diffusers.models.attention_dispatch import AttentionBackendName, _AttentionBackendRegistry

    yield
    _AttentionBackendRegistry.set_active_backend(AttentionBackendName.NATIVE)
    why_not_compiled.cache_clear()
    torch.compiler.reset()


def drawn(
    shelved: Shelved, options: Options | None, device: Device = CPU, edge: int = 64
) -> np.ndarray:
    pipeline = loader(device, 1, options)(shelved)
    (picture,) = pictures_of(pipeline, make_job(steps=2, width=edge, height=edge, scheduler=None))
    return np.asarray(picture).astype(int)


@pytest.mark.parametrize("checkpoint", ["tiny", "sd3", "flux"])
@pytest.mark.parametrize("options", [Options(channels_last=True), Options(attention="sliced")])
def test_the_picture_stays(shelf: dict[str, Shelved], checkpoint: str, options: Options) -> None:
    plain = drawn(shelf[checkpoint], None)
    assert np.abs(drawn(shelf[checkpoint], options) - plain).max() <= 2


@pytest.mark.parametrize(
    ("checkpoint", "wanted"),
    [
        *(("tiny", each) for each in ("cudnn", "flash", "xformers")),
        *((family, each) for family in BUILDERS for each in ("cudnn", "flash", "xformers")),
        *((family, "sliced") for family in BUILDERS),
    ],
)
def test_what_can_not_be_had_is_told_and_left(
    shelf: dict[str, Shelved], checkpoint: str, wanted: str
) -> None:
    with capture_logs() as told:
        made = drawn(shelf[checkpoint], Options(attention=wanted))
    (warning,) = [each for each in told if each["event"] == "attention_unusable"]
    assert (warning["wanted"], warning["used"]) == (wanted, "sdpa")
    assert warning["why"]
    assert (made == drawn(shelf[checkpoint], None)).all()


def test_a_back_end_is_set_and_tried(
    shelf: dict[str, Shelved], monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch's plain mathematics stands in for those that need a GPU."""
    monkeypatch.setattr(attention, "_BACKENDS", {"cudnn": "_native_math"})
    plain = drawn(shelf["flux"], None)
    with capture_logs() as told:
        made = drawn(shelf["flux"], Options(attention="cudnn"))
    assert not [each for each in told if each["event"] == "attention_unusable"]
    assert np.abs(made - plain).max() <= 2


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_another_precision_draws_too(shelf: dict[str, Shelved], dtype: str) -> None:
    assert drawn(shelf["tiny"], None, choose_device("cpu", dtype, None)).shape == (64, 64, 3)


def test_offloading_needs_other_memory(shelf: dict[str, Shelved]) -> None:
    made = drawn(shelf["tiny"], Options(offload=True))
    assert (made == drawn(shelf["tiny"], None)).all()


def test_compiled_blocks_draw_the_same_in_more_sizes_than_torch_compiles_for(
    shelf: dict[str, Shelved],
) -> None:
    assert why_not_compiled("cpu") == ""
    compiled = loader(CPU, 1, Options(compiled=True))(shelf["tiny"])
    plain = loader(CPU, 1)(shelf["tiny"])
    with torch._dynamo.config.patch(recompile_limit=1):
        for width in (64, 128):
            job = make_job(steps=1, width=width, height=64)
            one, other = (np.asarray(pictures_of(each, job)[0]) for each in (compiled, plain))
            assert np.abs(one.astype(int) - other.astype(int)).max() <= 2


def test_without_a_compiler_it_is_told_and_goes_on(
    shelf: dict[str, Shelved], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CXX", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "cache"))
    with (
        torch._inductor.config.patch({"cpp.cxx": (str(tmp_path / "none"),)}),
        capture_logs() as told,
    ):
        made = drawn(shelf["tiny"], Options(compiled=True))
    (warning,) = [each for each in told if each["event"] == "not_compiled"]
    assert warning["why"]
    assert (made == drawn(shelf["tiny"], None)).all()
    assert why_not_compiled("cpu")


def test_what_could_not_be_had_is_not_among_the_options_in_use(shelf: dict[str, Shelved]) -> None:
    asked = Options(channels_last=True, attention="flash", offload=True)
    loaded, used = asked.place(_auto_class().from_pretrained(str(shelf["tiny"].folder)), CPU)
    assert used == Options(channels_last=True)
    assert loaded.unet
