"""The page of checkov's skips: each check that nothing here has to pass, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docs.generators.markdown import code, page, table
from tests.manifests.skips import EVERYWHERE, OF_PODS

ROOT: Final = Path(__file__).parents[2]
MODULES: Final = ROOT / "templates" / "terraform" / "modules"
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
    """Check, pod and reason."""
    yield from ((code(check), "every pod", reason) for check, reason in EVERYWHERE.items())
    yield from ((code(check), code(pod), reason) for (check, pod), reason in OF_PODS.items())
