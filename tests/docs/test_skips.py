"""The page of skipped checks has every skip of Terraform, each of a resource and with a reason."""

from __future__ import annotations

import re

from docs.generators.skips import terraform_skips
from tests.docs.markdown import ROOT

WRITTEN = re.compile(r"checkov:skip=\w+")


def test_every_skip_of_terraform_is_told() -> None:
    files = (ROOT / "templates" / "terraform").rglob("*.tf*")
    written = [found for file in files for found in WRITTEN.findall(file.read_text())]
    rows = list(terraform_skips())
    assert sorted(f"`{each.partition('=')[2]}`" for each in written) == sorted(r[0] for r in rows)
    assert [row for row in rows if not (row[1] and len(row[2].split()) > 2)] == []


def test_nothing_is_skipped_elsewhere() -> None:
    """No settings of checkov's lie in the tree, and nothing else names skips to it."""
    assert [*ROOT.glob(".checkov*"), *(ROOT / "templates").rglob(".checkov*")] == []
    assert "--skip-check" not in (ROOT / "tests" / "terraform" / "test_modules.py").read_text()
