"""Loaded tiny checkpoints of each family, and the pictures that jobs start from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Images
from PIL.Image import Image

from tests.worker.pipelines import families
from worker.checkpoints.install import install
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.sources import Folder
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.pipeline import Pipeline

BUILDERS = {"sdxl": families.build_sdxl, "sd3": families.build_sd3, "flux": families.build_flux}


@pytest.fixture(scope="session")
def by_family(shelf_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pipeline]:
    """`sd` is the worker's own tiny one."""
    limit_threads(1)
    made = tmp_path_factory.mktemp("families")
    for name, build in BUILDERS.items():
        build(made / f"source-{name}")
        install(Folder(made / f"source-{name}"), name, made / "shelf")
    shelved = Shelf(made / "shelf").checkpoints() | {"sd": _tiny(shelf_folder)}
    load = loader(choose_device("cpu", "auto", None), 1)
    return {name: load(each) for name, each in shelved.items()}


@pytest.fixture(scope="session")
def source() -> Image:
    """64 x 64 pixels, the same each time."""
    pixels = np.random.default_rng(3).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    return Images.fromarray(pixels)


@pytest.fixture(scope="session")
def mask() -> Image:
    """White in the right half."""
    levels = np.zeros((64, 64), dtype=np.uint8)
    levels[:, 32:] = 255
    return Images.fromarray(levels)


def _tiny(folder: Path) -> Shelved:
    shelved = Shelf(folder).find("tiny")
    assert shelved
    return shelved
