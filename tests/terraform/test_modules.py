"""Every module: its tests, its papers, and no check of checkov that fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pingvas_cli.rendering.targets import MODULES, TEMPLATES
from pingvas_cli.rendering.writer import write
from tests.golden import ON_AWS, tree
from tests.terraform.judges import Judge

FOLDER = TEMPLATES / MODULES
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
NEEDED = ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md")
PASSED = re.compile(r"^Success! (\d+) passed, 0 failed", re.MULTILINE)
SOURCE = re.compile(rb'source\s*=\s*"\.\./modules/(\w+)"')
CHECKOV = os.environ.get("CHECKOV") or shutil.which("checkov")


@pytest.mark.parametrize("name", NAMES)
def test_it_has_its_papers_and_tests(name: str) -> None:
    missing = [file for file in NEEDED if not (FOLDER / name / file).exists()]
    assert missing == []
    assert list((FOLDER / name / "tests").glob("*.tftest.hcl"))


@pytest.mark.parametrize("name", ON_AWS)
def test_the_rendered_modules_are_the_ones_in_use(name: str) -> None:
    rendered = tree(name)
    there = {path.split("/")[2] for path in rendered if path.startswith(f"{MODULES}/")}
    used = {found.decode() for content in rendered.values() for found in SOURCE.findall(content)}
    assert there == used


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
def test_its_own_tests_pass(name: str, judged: Judge, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "modules")
    told = judged.run("test", tmp_path / "modules" / name)
    passed = PASSED.search(told.text)
    assert passed is not None, told.text[-4000:]
    assert int(passed[1]) > 0


@pytest.mark.timeout(900)
def test_checkov_finds_nothing_in_what_is_rendered(judged: Judge, tmp_path: Path) -> None:
    if CHECKOV is None:
        pytest.skip("checkov is not installed")
    write(tree("default"), tmp_path)
    command = [CHECKOV, "--skip-download", "--quiet", "-o", "json", "--framework", "terraform"]
    told = subprocess.run(
        [*command, "-d", str(tmp_path)], capture_output=True, text=True, check=False
    )
    document = json.loads(told.stdout)
    reports = document if isinstance(document, list) else [document]
    assert sum(report["summary"]["passed"] for report in reports) > 0
    failed = [
        f"{one['check_id']} {one['resource']}"
        for report in reports
        for one in report["results"]["failed_checks"]
    ]
    assert failed == []
