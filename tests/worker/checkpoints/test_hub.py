"""Installing from a hub: only what is needed comes down, once, and its absence is explained."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.contracts.checkpoints import read_manifest
from tests.servers.ports import free_port
from tests.worker.checkpoints.fake_hub import COMMIT, NAME, serving
from worker.checkpoints.shelf import Shelved


@pytest.fixture
def repository(tiny: Shelved, tmp_path: Path) -> Path:
    """The tiny checkpoint as people publish theirs: with pickles, copies and a program."""
    folder = tmp_path / "repository"
    shutil.copytree(tiny.folder, folder)
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
    (folder / "unet" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(b"half")
    (folder / "whole.ckpt").write_bytes(b"pickle")
    (folder / "README.md").write_text("words")
    (folder / "pipeline.py").write_text("raise SystemExit")
    return folder


def test_only_safetensors_and_configuration_come_down(
    tiny: Shelved, repository: Path, tmp_path: Path
) -> None:
    with serving(repository) as hub:
        lines = _install(NAME, tmp_path / "shelf", hub.endpoint)
        served = list(hub.served)
        again = _install(NAME, tmp_path / "shelf", hub.endpoint)
        assert hub.served == served
    checkpoint = lines[-1]["checkpoint"]
    assert checkpoint["sha256"] == tiny.manifest.sha256
    assert checkpoint["source"] == NAME
    assert again == [{"checkpoint": checkpoint}]
    assert not [name for name in served if name.endswith((".bin", ".ckpt", ".py", ".md"))]
    assert {line["stage"] for line in lines[:-1]} == {"download", "checksum"}
    manifest = read_manifest(tmp_path / "shelf" / "x")
    assert manifest
    assert manifest.fingerprint == COMMIT


def test_a_download_goes_on_where_it_broke(tiny: Shelved, repository: Path, tmp_path: Path) -> None:
    with serving(repository) as hub:
        hub.withheld.add("vae/diffusion_pytorch_model.safetensors")
        broken = _install(NAME, tmp_path / "shelf", hub.endpoint)
        hub.withheld.clear()
        whole = _install(NAME, tmp_path / "shelf", hub.endpoint)
        assert len(hub.served) == len(set(hub.served))
    assert broken[-1]["error"]["code"] == "checkpoint_hub_unreachable"
    assert whole[-1]["checkpoint"]["sha256"] == tiny.manifest.sha256
    assert {path.name for path in (tmp_path / "shelf").iterdir()} == {"x", ".x.lock"}


def test_an_unknown_repository_is_explained(repository: Path, tmp_path: Path) -> None:
    with serving(repository) as hub:
        lines = _install("owner/nothing", tmp_path / "shelf", hub.endpoint)
    assert lines[-1]["error"]["code"] == "checkpoint_source_missing"


def test_an_unreachable_hub_is_explained(tmp_path: Path) -> None:
    lines = _install(NAME, tmp_path / "shelf", f"http://127.0.0.1:{free_port()}")
    assert lines[-1]["error"]["code"] == "checkpoint_hub_unreachable"
    assert not (tmp_path / "shelf" / "x").exists()


def _install(source: str, into: Path, endpoint: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "worker.checkpoints.install", source, "--name", "x"]
    variables = os.environ | {"HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "0"}
    variables["HF_HOME"] = str(into.parent / "hub-cache")
    done = subprocess.run(
        [*command, "--into", str(into)], check=False, stdout=subprocess.PIPE, env=variables
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
