"""What the model service puts on the shelf, the worker serves: real tiny weights, from a hub."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.model.actions.collect_files import CollectFiles
from services.model.actions.copy_shape import CopyShape
from services.model.adapters.client import GuardedClient
from services.model.adapters.downloads import HttpDownloads
from services.model.adapters.guard import Policy
from services.model.adapters.hub import HuggingFaceHub
from services.model.progress import Progress
from services.model.shelf.place import Place
from tests.servers import hub as hubs
from tests.servers.hub import Hub
from tests.worker.checkpoints.single_file import save_single_file
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import pictures_of
from worker.checkpoints.digest import digest_folder, weigh_files
from worker.checkpoints.shelf import Shelf, Shelved
from worker.pipelines.device import choose_device
from worker.pipelines.loading import loader


@pytest.fixture
def hub(tiny: Shelved, tmp_path: Path) -> Iterator[Hub]:
    with hubs.serving() as hub:
        names = weigh_files(tiny.folder)
        hub.put("owner/tiny", {name: (tiny.folder / name).read_bytes() for name in names})
        save_single_file(tiny.folder, tmp_path / "one.safetensors")
        hub.put("owner/one", {"one.safetensors": (tmp_path / "one.safetensors").read_bytes()})
        yield hub


@pytest.fixture
async def collect(hub: Hub, tmp_path: Path) -> AsyncIterator[CollectFiles]:
    client = GuardedClient(Policy((), loopback=True))
    source, downloads = HuggingFaceHub(client, hub.url), HttpDownloads(client)
    copy_shape = CopyShape(source, downloads, tmp_path / "shelf")
    yield CollectFiles(source, downloads, copy_shape, 2**30)
    await client.aclose()


async def shelved(collect: CollectFiles, shelf: Path, address: str, shape_of: str = "") -> Shelved:
    """Installed by the service; found by the worker."""
    row: dict[str, Any] = {
        "id": uuid4(),
        "name": "mine",
        "kind": "hub",
        "source": address,
        "address": address,
        "revision": "",
        "shape_of": shape_of,
        "expected_sha256": None,
    }
    place = Place(shelf, "mine")
    with place.alone():
        collected = await collect.run(row, place, Progress(), _pin)
        assert collected.folder
        place.publish(collected.folder)
    found = Shelf(shelf).find("mine")
    assert found
    return found


async def _pin(commit: str) -> None:
    return


async def test_a_folder_has_the_checksum_and_the_facts_of_the_worker_s_installer(
    tiny: Shelved, collect: CollectFiles, tmp_path: Path
) -> None:
    found = await shelved(collect, tmp_path / "shelf", "hub:owner/tiny")
    told = {"name", "source", "fingerprint", "note"}
    assert found.manifest.model_dump(exclude=told) == tiny.manifest.model_dump(exclude=told)


async def test_a_single_file_is_drawn_with(collect: CollectFiles, tmp_path: Path) -> None:
    found = await shelved(collect, tmp_path / "shelf", "hub:owner/one", "hub:owner/tiny")
    assert found.manifest.layout == "single_file"
    assert found.manifest.sha256 == digest_folder(found.folder, lambda _count: None)
    pipeline = loader(choose_device("cpu", "auto", None), None)(found)
    (picture,) = pictures_of(pipeline, make_job(steps=1))
    assert picture.size == (64, 64)
