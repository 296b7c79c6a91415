"""A wheel renders with templates that were compiled when it was built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pingvas_cli.adapters.wheel import HatchWheels
from pingvas_cli.rendering.record import RECORD
from tests.golden import CONFIGURATIONS, tree


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer makes of this tree's wheel."""
    wheels, folder = HatchWheels(), tmp_path_factory.mktemp("wheel")
    source = wheels.source_tree()
    assert source is not None
    wheels.unpack(wheels.build(source, folder), folder / "installed")
    return folder / "installed"


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_same_tree_is_made_and_nothing_compiled(
    installed: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "pingvas.yaml").write_text(yaml.safe_dump(CONFIGURATIONS[name]))
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(installed),
        "PINGVAS_CONFIG": str(tmp_path / "pingvas.yaml"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-P", "-m", "pingvas_cli", "render", "--dir", str(tmp_path / "out")]
    subprocess.run(command, env=environ, cwd=tmp_path, check=True, capture_output=True)
    made = {
        str(path.relative_to(tmp_path / "out")): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and path.name != RECORD
    }
    assert made == tree(name)
    assert not list((tmp_path / "cache").rglob("__jinja2_*.cache"))


def test_another_release_of_jinja_compiles_them_itself(installed: Path, tmp_path: Path) -> None:
    program = (
        "import jinja2; jinja2.__version__ = '3.1.999'\n"
        "from pingvas_cli.rendering.environment import SHIPPED, environment\n"
        "print(type(environment(SHIPPED).loader).__name__)"
    )
    said = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "FileSystemLoader\n"
