"""The roots of three configurations: formatted, valid, planned without error or warning."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pingvas_cli.rendering.targets import ROOTS
from pingvas_cli.rendering.writer import write
from tests.golden import ON_AWS, tree
from tests.servers.stand_in_provider import VERSION
from tests.terraform.conftest import Planned
from tests.terraform.judges import Judge

NAMES = ON_AWS
COMPLAINT = re.compile(r"^(?:│ )?(?:Error|Warning): .*", re.MULTILINE)
VERSIONS = re.compile(r'^ +version += "(.*)"$', re.MULTILINE)
PLANNED = re.compile(
    r"^Plan: (?:\d+ to import, )?(\d+) to add, \d+ to change, 0 to destroy\.", re.MULTILINE
)


@pytest.fixture
def rendered(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write(tree(request.param), tmp_path)
    return tmp_path


@pytest.mark.parametrize("rendered", NAMES, indirect=True)
def test_it_is_formatted(rendered: Path, judged: Judge) -> None:
    command = ["terraform", "fmt", "-check", "-diff", "-recursive", str(rendered)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("name", NAMES)
def test_it_names_the_one_release_that_the_tests_plan_with(name: str, root: str) -> None:
    """Every machine plans with it: a range would leave the choice to each one's lock file."""
    text = tree(name)[f"{root}/providers.tf"].decode()
    assert VERSIONS.findall(text) == [VERSION]


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("rendered", NAMES, indirect=True)
def test_it_is_valid(rendered: Path, root: str, judged: Judge) -> None:
    told = judged.run("validate", rendered / root)
    assert told.code == 0, told.text
    assert "The configuration is valid." in told.text


@pytest.mark.timeout(600)
@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_planned_without_a_complaint(name: str, root: str, planned: Planned) -> None:
    told = planned(name)[root].told
    assert told.code == 0, told.text[-3000:]
    ours = [one for one in COMPLAINT.findall(told.text) if "CLI configuration file" not in one]
    assert ours == []
    counted = PLANNED.search(told.text)
    assert counted is not None, told.text[-3000:]
    assert int(counted[1]) > 0
