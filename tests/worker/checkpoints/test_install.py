"""Installing: once, whole or not at all, and never a pickle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from services.contracts.checkpoints import read_manifest
from worker.checkpoints.install import install, main
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.sources import Folder, SingleFile, Tiny, choose_source
from worker.checkpoints.workplace import Workplace
from worker.errors import InstallFailure

KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from worker.checkpoints import install as room
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "making":
    room.weights.refuse_missing_parts = kill
else:
    whole = Path.rename
    Path.rename = lambda path, target: kill() if path.name == ".x.making" else whole(path, target)
room.install(room.choose_source(sys.argv[1]), "x", Path(sys.argv[2]))
"""


@dataclass
class Counted:
    """A source that counts how often it was fetched."""

    inner: Folder
    label: str = "counted"
    note: str = ""
    fetched: int = field(default=0)

    def fingerprint(self) -> str:
        return self.inner.fingerprint()

    def fetch(self, folder: Path) -> None:
        self.fetched += 1
        self.inner.fetch(folder)


def test_the_command_says_progress_and_the_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["tiny", "--name", "noise", "--into", str(tmp_path)])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all({"progress", "total", "stage"} == set(line) for line in lines[:-1])
    assert lines[-1]["checkpoint"] == {
        "name": "noise",
        "family": "sd",
        "kind": "checkpoint",
        "base": "tiny",
        "source": "tiny",
        "width": 64,
        "height": 64,
        "abilities": ["text_to_image", "image_to_image", "inpaint", "upscale"],
        "sha256": lines[-1]["checkpoint"]["sha256"],
        "size_bytes": lines[-2]["total"],
    }
    assert Shelf(tmp_path).find("noise")


def test_a_folder_is_copied_with_the_same_checksum_and_only_once(
    tiny: Shelved, tmp_path: Path
) -> None:
    source = Counted(Folder(tiny.folder))
    first = install(source, "copy", tmp_path)
    assert first.sha256 == tiny.manifest.sha256
    assert install(source, "copy", tmp_path) == first
    assert source.fetched == 1


def test_a_damaged_installation_is_made_anew(tiny: Shelved, tmp_path: Path) -> None:
    first = install(Folder(tiny.folder), "copy", tmp_path)
    (tmp_path / "copy" / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    assert install(Folder(tiny.folder), "copy", tmp_path) == first
    assert (tmp_path / "copy" / "unet" / "diffusion_pytorch_model.safetensors").exists()


@pytest.mark.parametrize("moment", ["making", "publishing"])
@pytest.mark.parametrize("is_new", [True, False])
def test_killed_in_the_middle_it_is_healed_by_doing_it_again(
    tiny: Shelved, tmp_path: Path, moment: str, is_new: bool
) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(tiny.folder, changed)
    (changed / "tokenizer" / "extra.json").write_text("{}")
    if not is_new:
        install(Folder(tiny.folder), "x", tmp_path / "shelf")
    killed = _install_in_a_process(changed, tmp_path / "shelf", moment)
    assert killed == -signal.SIGKILL
    found = Shelf(tmp_path / "shelf").find("x")
    assert found is None or found.manifest.sha256 == tiny.manifest.sha256
    manifest = install(Folder(changed), "x", tmp_path / "shelf")
    assert Shelf(tmp_path / "shelf").checkpoints().keys() == {"x"}
    assert manifest.sha256 not in {"", tiny.manifest.sha256}
    assert {path.name for path in (tmp_path / "shelf").iterdir()} <= {"x", ".x.lock"}


def test_a_killed_replacement_is_put_back_by_the_next_run(tiny: Shelved, tmp_path: Path) -> None:
    install(Folder(tiny.folder), "x", tmp_path)
    (tmp_path / "x").rename(tmp_path / ".x.retired")
    source = Counted(Folder(tiny.folder))
    install(source, "x", tmp_path)
    assert source.fetched == 0


def test_a_part_that_is_only_pickled_is_refused(tiny: Shelved, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path / "source")
    unet = tmp_path / "source" / "unet"
    (unet / "diffusion_pytorch_model.safetensors").rename(unet / "diffusion_pytorch_model.bin")
    with pytest.raises(InstallFailure) as caught:
        install(Folder(tmp_path / "source"), "x", tmp_path / "shelf")
    assert caught.value.code == "checkpoint_pickled"
    assert not (tmp_path / "shelf" / "x").exists()


def test_pickles_beside_safetensors_are_left_out(tiny: Shelved, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path / "source")
    (tmp_path / "source" / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
    (tmp_path / "source" / "unet" / "run_me.py").write_text("raise SystemExit")
    manifest = install(Folder(tmp_path / "source"), "x", tmp_path / "shelf")
    assert manifest.sha256 == tiny.manifest.sha256


@pytest.mark.parametrize(
    ("file_name", "code"),
    [
        ("weights.ckpt", "checkpoint_pickled"),
        ("weights.pt", "checkpoint_pickled"),
        ("weights.bin", "checkpoint_pickled"),
        ("weights.zip", "checkpoint_not_safetensors"),
        ("weights.safetensors", "checkpoint_broken"),
    ],
)
def test_a_single_file_must_be_whole_safetensors(tmp_path: Path, file_name: str, code: str) -> None:
    (tmp_path / file_name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(InstallFailure) as caught:
        install(SingleFile(tmp_path / file_name), "x", tmp_path / "shelf")
    assert caught.value.code == code


def test_weights_of_no_known_family_are_refused(tmp_path: Path) -> None:
    save_file({"some.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(InstallFailure) as caught:
        install(SingleFile(tmp_path / "other.safetensors"), "x", tmp_path / "shelf")
    assert caught.value.code == "checkpoint_family_unknown"


def test_an_error_is_one_line_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["/nowhere/at all", "--name", "x", "--into", str(tmp_path)])
    assert caught.value.code == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "checkpoint_source_unknown"
    assert error["what"]
    assert error["remedy"]


def test_a_folder_that_can_not_be_made_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        main(["tiny", "--name", "x", "--into", str(tmp_path / "file" / "shelf")])
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "checkpoint_folder_unusable"


@pytest.mark.parametrize("name", ["../x", "", "A", ".x", "a/b"])
def test_names_that_are_no_folder_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InstallFailure) as caught:
        install(Tiny(), name, tmp_path)
    assert caught.value.code == "checkpoint_name_invalid"


def test_two_installations_of_one_name_do_not_meet(tmp_path: Path) -> None:
    with (
        Workplace(tmp_path, "x").alone(),
        pytest.raises(InstallFailure) as caught,
        Workplace(tmp_path, "x").alone(patience_s=0.05),
    ):
        pass
    assert caught.value.code == "checkpoint_busy"


def test_the_word_source_is_understood(tiny: Shelved) -> None:
    assert choose_source("tiny") == Tiny()
    assert choose_source(str(tiny.folder)) == Folder(tiny.folder)
    assert choose_source("owner/name@v1").label == "owner/name@v1"


def _install_in_a_process(source: Path, shelf: Path, moment: str) -> int:
    command = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(source), str(shelf), moment]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=dict(os.environ))
    assert read_manifest(shelf / "x") or not (shelf / "x").exists()
    return done.returncode


def test_an_older_installation_is_told_anew_without_a_copy(tmp_path: Path) -> None:
    first = install(Counted(Folder(_tiny_source(tmp_path))), "x", tmp_path / "shelf")
    folder = tmp_path / "shelf" / "x"
    old = first.model_copy(update={"abilities": ("text_to_image",), "width": 0})
    old.write(folder)
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.checkpoints()["x"].manifest == old
    again = Counted(Folder(_tiny_source(tmp_path)))
    assert install(again, "x", tmp_path / "shelf") == first
    assert again.fetched == 0
    assert read_manifest(folder) == first
    assert shelf.checkpoints()["x"].manifest == first
    assert sorted(path.name for path in (tmp_path / "shelf").iterdir()) == [".x.lock", "x"]


def _tiny_source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    if not source.exists():
        from worker.checkpoints.tiny import build_tiny

        build_tiny(source)
    return source
