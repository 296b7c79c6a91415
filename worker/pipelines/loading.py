"""From a folder on the shelf to a pipeline on the device: safetensors only, never the hub."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.contracts.checkpoints import SINGLE_FILE, SINGLE_FILE_LIKE
from worker.checkpoints.families import family_of_folder, read_index
from worker.checkpoints.shelf import Shelved
from worker.pipelines.device import Device
from worker.pipelines.failures import load_failures
from worker.pipelines.options import Options
from worker.pipelines.painter import Painter
from worker.pipelines.parts import read_parts
from worker.pipelines.quiet import hide_progress_bars

DEFAULT_BATCH_SIZE = 1


def loader(
    device: Device, batch_size: int | None, options: Options | None = None
) -> Callable[[Shelved], Painter]:
    """A function that loads onto this device.

    The default of one picture at a time makes a picture bit-identical whatever its job's count.
    """

    def load(shelved: Shelved) -> Painter:
        with load_failures():
            return _load(shelved, device, batch_size or DEFAULT_BATCH_SIZE, options or Options())

    return load


def prepare_libraries() -> None:
    """Import what the first load needs, so that the first job does not wait for it."""
    _auto_class()


def _auto_class() -> Any:  # noqa: ANN401 - diffusers is untyped
    hide_progress_bars()
    from diffusers import AutoPipelineForText2Image

    return AutoPipelineForText2Image


def _load(shelved: Shelved, device: Device, batch_size: int, options: Options) -> Painter:
    read = _read_single_file if shelved.manifest.layout == "single_file" else _read_folder
    pipeline = read(shelved, device, options)
    pipeline.set_progress_bar_config(disable=True)
    pipeline, used = options.place(pipeline, device)
    return Painter(pipeline, device, batch_size, shelved.manifest.sha256, used)


def _read_folder(shelved: Shelved, device: Device, options: Options) -> Any:  # noqa: ANN401
    return _auto_class().from_pretrained(
        str(shelved.folder),
        dtype=device.dtype,
        local_files_only=True,
        use_safetensors=True,
        **_left_out(shelved.folder),
        **_read_ahead(shelved.folder, device, options),
    )


def _read_ahead(folder: Path, device: Device, options: Options) -> dict[str, Any]:
    """Weights that stay in the machine's memory are better mapped, as the libraries do."""
    if device.kind != "cuda" or options.offload:
        return {}
    return read_parts(folder, device)


def _left_out(folder: Path) -> dict[str, None]:
    """Parts that the checkpoint does without; diffusers wants to be told of each."""
    index = read_index(folder)
    return {part: None for part, kind in index.items() if kind == [None, None]}


def _read_single_file(shelved: Shelved, device: Device, _options: Options) -> Any:  # noqa: ANN401
    """One file with all weights; its configuration lies beside it, so that nobody is asked."""
    hide_progress_bars()
    import diffusers

    like = shelved.folder / SINGLE_FILE_LIKE
    kind = getattr(diffusers, family_of_folder(like).pipeline)
    return kind.from_single_file(
        str(shelved.folder / SINGLE_FILE),
        config=str(like),
        dtype=device.dtype,
        local_files_only=True,
    )
