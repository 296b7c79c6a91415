"""squawk finds nothing in what a migration does to tables that are in use.

Only the way up is read: the way down is for development, and takes away by nature. The four files
of the first release made the first tables, where there was nobody to block.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.migrations.dbmate import VERSIONS
from tests.docs.markdown import ROOT

FIRST_RELEASE = "20261123000400"
LATER = sorted(each for each in VERSIONS.glob("*.sql") if each.name[:14] > FIRST_RELEASE)
SQUAWK = Path(sys.executable).with_name("squawk")


def squawk(name: str, text: str) -> subprocess.CompletedProcess[str]:
    """What squawk says about the way up, which dbmate wraps in a transaction unless told not to."""
    head = text.partition("\n")[0]
    way_up = text.partition("-- migrate:down")[0]
    wrapped = () if "transaction:false" in head else ("--assume-in-transaction",)
    return subprocess.run(
        [SQUAWK, "--config", ROOT / ".squawk.toml", *wrapped, "--stdin-filepath", name],
        input=way_up,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", LATER, ids=lambda path: path.name)
def test_a_migration_blocks_nobody(version: Path) -> None:
    found = squawk(version.name, version.read_text("utf-8"))
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("alter table users add column age int not null;", "adding-required-field"),
        ("create index users_age on users (age);", "require-concurrent-index-creation"),
        ("alter table users alter column age type bigint;", "changing-column-type"),
        ("alter table users rename column age to years;", "renaming-column"),
        ("alter table users add column age int;", "require-lock-timeout"),
    ],
)
def test_the_lint_finds_what_blocks_or_breaks(statement: str, rule: str) -> None:
    found = squawk("planted.sql", f"-- migrate:up\n{statement}\n")
    assert found.returncode == 1
    assert rule in found.stdout
