"""A single file that the model service installed is drawn with, and nobody is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.contracts.checkpoints import SINGLE_FILE, SINGLE_FILE_LIKE
from tests.worker.checkpoints.single_file import save_single_file
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import pictures_of
from worker.checkpoints.shelf import Shelf, Shelved
from worker.errors import JobFailure
from worker.pipelines.device import choose_device
from worker.pipelines.loading import loader


@pytest.fixture
def installed(tiny: Shelved, tmp_path: Path) -> Shelved:
    """As `services.model` leaves it: the file, and its configuration beside it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    save_single_file(tiny.folder, folder / SINGLE_FILE)
    without_weights = shutil.ignore_patterns("*.safetensors", "checkpoint.json")
    shutil.copytree(tiny.folder, folder / SINGLE_FILE_LIKE, ignore=without_weights)
    told = {"name": "mine", "layout": "single_file", "sha256": "b" * 64}
    tiny.manifest.model_copy(update=told).write(folder)
    shelved = Shelf(tmp_path).find("mine")
    assert shelved
    return shelved


def test_it_draws_the_picture_of_the_same_weights(tiny: Shelved, installed: Shelved) -> None:
    load = loader(choose_device("cpu", "auto", None), None)
    job = make_job(steps=2)
    (expected,) = pictures_of(load(tiny), job)
    (drawn,) = pictures_of(load(installed), job)
    near = [abs(a - b) for a, b in zip(drawn.tobytes(), expected.tobytes(), strict=True)]
    assert sum(near) / len(near) < 1.0, "half precision costs at most a level of 255"


def test_a_broken_one_is_told_as_such(installed: Shelved) -> None:
    (installed.folder / SINGLE_FILE).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(JobFailure) as caught:
        loader(choose_device("cpu", "auto", None), None)(installed)
    assert caught.value.code == "checkpoint_broken"
