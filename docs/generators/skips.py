"""The page of checkov's skips: each check that nothing here has to pass, and why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docs.generators.markdown import code, page, table

ROOT: Final = Path(__file__).parents[2]
MODULES: Final = ROOT / "templates" / "terraform" / "modules"
OF_MANIFESTS: Final = ROOT / "tests" / "manifests" / "test_checkov.py"
TABLES: Final = ("EVERYWHERE", "OF_PODS")
BLOCK: Final = re.compile(r'^(?:resource|data) "(\w+)" "(\w+)"')
SKIP: Final = re.compile(r"#checkov:skip=(\w+):(.+)")
ABOUT: Final = """\
Every check of [checkov](https://www.checkov.io) that what is rendered does not pass, or that it
can't judge, with the reason. Any other finding fails the tests."""

Row = tuple[str, str, str]


def pages() -> dict[str, str]:
    """The one page."""
    of_terraform = table(("check", "where", "reason"), sorted(terraform_skips()))
    of_manifests = table(("check", "where", "reason"), sorted(manifest_skips()))
    text = page("Skipped checks", ABOUT, "## Terraform", of_terraform, "## Manifests", of_manifests)
    return {"checkov.md": text}


def terraform_skips() -> Iterator[Row]:
    """Check, resource and reason of each comment in a module."""
    for file in sorted(MODULES.glob("*/*.tf")):
        block = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if begun := BLOCK.match(line):
                block = code(f"{file.parent.name}: {begun[1]}.{begun[2]}")
            if skip := SKIP.search(line):
                yield code(skip[1]), block, skip[2]


def manifest_skips() -> Iterator[Row]:
    """Check, pod and reason, as the test has them; its file is read and not run."""
    for node in ast.parse(OF_MANIFESTS.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) in TABLES and node.value:
            for key, reason in ast.literal_eval(node.value).items():
                check, pod = key if isinstance(key, tuple) else (key, "")
                yield code(check), code(pod) if pod else "every pod", reason
