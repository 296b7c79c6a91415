"""Memories of rendered trees: the same answer for the same inputs, none for any others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pingvas_cli.config.sources import Sources
from pingvas_cli.rendering.memory import PROGRAM, SETTLED_NS, Inputs, Memory
from pingvas_cli.rendering.record import Record
from pingvas_cli.rendering.targets import TEMPLATES

TREE = {"a/main.tf": b"one\n", "k8s/facts/dev/facts.yaml": b"begun\n"}
NOBODY_WAITS = -SETTLED_NS  # as if everything had been changed long ago


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """A small program, one folder of libraries and a configuration."""
    for name in ("program/rooms/file.py", "templates/main.tf.j2", "libraries/one.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("12")
    (tmp_path / "pingvas.yaml").write_text("12")
    (tmp_path / "memories").mkdir()
    return Inputs(
        sources=Sources.of(tmp_path / "pingvas.yaml", {}),
        environ={"PINGVAS_PLATFORM__NAME": "one", "HOME": "/"},
        program=(tmp_path / "program", tmp_path / "templates"),
        libraries=(str(tmp_path / "libraries"), str(tmp_path / "python311.zip")),
        settled_ns=NOBODY_WAITS,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "memories"


def kept(inputs: Inputs, folder: Path) -> None:
    Memory(inputs, folder).keep(TREE)
    assert Memory(inputs, folder).recall() == Record.of(TREE)


CHANGES: dict[str, Callable[[Path], object]] = {
    "code": lambda top: (top / "program/rooms/file.py").write_text("21"),
    "more code": lambda top: (top / "program/rooms/more.py").write_text(""),
    "less code": lambda top: (top / "program/rooms/file.py").unlink(),
    "a template": lambda top: (top / "templates/main.tf.j2").write_text("21"),
    "an installation": lambda top: (top / "libraries/two.py").write_text(""),
    "the configuration": lambda top: (top / "pingvas.yaml").write_text("21"),
    "an overlay": lambda top: (top / "pingvas.dev.yaml").write_text("12"),
    "no configuration": lambda top: (top / "pingvas.yaml").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_inputs_are_not_known(
    inputs: Inputs, folder: Path, tmp_path: Path, change: str
) -> None:
    kept(inputs, folder)
    CHANGES[change](tmp_path)
    assert Memory(inputs, folder).recall() is None


def test_which_overlay_it_is_matters(inputs: Inputs, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "pingvas.dev.yaml").write_text("12")
    kept(inputs, folder)
    (tmp_path / "pingvas.dev.yaml").rename(tmp_path / "pingvas.prod.yaml")
    assert Memory(inputs, folder).recall() is None


@pytest.mark.parametrize(
    "environ",
    [{}, {"PINGVAS_PLATFORM__NAME": "two"}, {"PINGVAS_PLATFORM__NAME": "one", "PINGVAS_X": ""}],
    ids=str,
)
def test_other_variables_are_not_known(
    inputs: Inputs, folder: Path, environ: dict[str, str]
) -> None:
    kept(inputs, folder)
    assert Memory(replace(inputs, environ=environ), folder).recall() is None


def test_a_file_that_nobody_named_is_not_one_that_has_to_be_there(
    inputs: Inputs, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "pingvas.yaml").unlink()
    path = tmp_path / "pingvas.yaml"
    kept(replace(inputs, sources=Sources(path, demanded=False)), folder)
    assert Memory(replace(inputs, sources=Sources(path, demanded=True)), folder).recall() is None


def test_variables_of_others_and_compiled_files_do_not_matter(
    inputs: Inputs, folder: Path, tmp_path: Path
) -> None:
    kept(inputs, folder)
    (tmp_path / "program/__pycache__").mkdir()
    (tmp_path / "program/__pycache__/file.pyc").write_text("")
    other = replace(inputs, environ={**inputs.environ, "HOME": "/elsewhere"})
    assert Memory(other, folder).recall() == Record.of(TREE)


def test_inputs_that_change_meanwhile_are_not_remembered(
    inputs: Inputs, folder: Path, tmp_path: Path
) -> None:
    memory = Memory(inputs, folder)
    (tmp_path / "pingvas.yaml").write_text("21")
    memory.keep(TREE)
    assert list(folder.iterdir()) == []


def test_a_program_that_changed_just_now_is_not_remembered(inputs: Inputs, folder: Path) -> None:
    """A second change in the same moment might leave the same time."""
    kept(inputs, folder)
    unsettled = replace(inputs, settled_ns=SETTLED_NS)
    assert Memory(unsettled, folder).recall() is None


def test_a_configuration_that_cannot_be_read_is_not_remembered(
    inputs: Inputs, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "pingvas.prod.yaml").symlink_to(tmp_path / "nowhere")
    Memory(inputs, folder).keep(TREE)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"inputs": 3}', '{"inputs": "x", "files": 3}'])
def test_a_damaged_memory_is_none(inputs: Inputs, folder: Path, text: str) -> None:
    kept(inputs, folder)
    (place,) = folder.iterdir()
    place.write_text(text.replace('"x"', json.dumps(inputs.digest(inputs.stamps()))))
    assert Memory(inputs, folder).recall() is None
    kept(inputs, folder)


def test_one_configuration_has_one_memory(inputs: Inputs, folder: Path, tmp_path: Path) -> None:
    kept(inputs, folder)
    (tmp_path / "pingvas.yaml").write_text("21")
    kept(inputs, folder)
    assert len(list(folder.iterdir())) == 1


def test_without_a_folder_nothing_is_remembered(inputs: Inputs) -> None:
    Memory(inputs, None).keep(TREE)
    assert Memory(inputs, None).recall() is None


def test_the_program_is_the_package_and_its_templates() -> None:
    package, templates = PROGRAM
    assert (package / "rendering" / "memory.py").exists()
    assert templates == TEMPLATES
